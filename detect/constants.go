package detect

import (
	"time"

	"keepiton"
)

// Rules names this set of constants and weights; it stands on every verdict. It
// changes when any of them does.
const Rules = "detect-3"

// Baselines of amounts without a season.
const (
	// baselineSpan is how long the level is remembered: IODA's seven days
	// (notes/detection.md 1.2), which outlast a weekend.
	baselineSpan = 7 * 24 * time.Hour
	// sampleStep: the window holds one value for each half hour, the median of its bins.
	// Levels without a season do not move faster, and it is six times shorter.
	sampleStep = 30 * time.Minute
	// leastSamples are needed before anything is said: a day.
	leastSamples = 48
	// lowQuantile is the share of a week's samples that lie below what still is normal:
	// many networks sleep at night, for three or four hours of twenty-four.
	lowQuantile = 0.05
	// noiseEvery is how often, in samples, the spread is computed anew: six hours.
	noiseEvery = 12
)

// Baselines with the rhythm of the week.
const (
	// seasonDays is how many past days are compared, similarDays how many of them make
	// the forecast: Cloudflare's choice (notes/detection.md 2.5).
	seasonDays  = 28
	similarDays = 6
	// leastDays are needed before anything is said: two weeks, or the first Friday of a
	// country whose weekend it begins would be a fall.
	leastDays = 14
)

// Noise.
const (
	// leastNoise is the spread, as a share of the baseline, that is assumed at the least:
	// counts of routes often do not move at all for days, and then any move would be a
	// wonder.
	leastNoise = 0.01
	// tails is the degree of Student's t distribution of what is normal: measurements
	// have heavier tails than the normal distribution knows.
	tails = 3.0
)

// Opening and closing.
const (
	// leastDepth is the share of the baseline that must be missing at the least: below
	// it, a fall is not worth anybody's time. IODA warns of routes at 1 %, and of
	// probing at 20 %.
	leastDepth = 0.10
	// openAt is the logarithm of the odds at which a signal opens: 100:1
	// (notes/detection.md 7.2).
	openAt = 4.605
	// quietBins and recovered: a signal ends with the first of three bins in a row that
	// are back to 90 % of what was lost (notes/detection.md 7.2).
	quietBins = 3
	recovered = 0.9
	// mostLogLR bounds what one signal can say; leastTrust, trustDepth and trustTime what
	// one of hosts can by its depth and length. 302 series of counties and states of three
	// countries had 14 signals in some 650 days of which nothing is known: a tenth to a half
	// deep, 0.21 in the mean, 2 to 15 hours long. What is deeper or longer is hardly
	// a fault (TestFaultsOfInstruments). Fitted by eye to the population of docs/signals.md, before
	// the calibration.
	mostLogLR  = 16.0
	leastTrust = 5.0
	trustDepth = 7.0
	trustTime  = 12 * time.Hour
	// quietest is the least that one quiet bin takes from the odds: one such bin does
	// not make up for a deep one.
	quietest = -2.0
	// trustedGlitch and depthTrust bound what one bin of at least half an hour can say:
	// an instrument's glitch is the likelier explanation of a shallow fall than of a
	// deep one. Shorter bins average fewer observations and say less (stepTrust).
	trustedGlitch = 2.0
	depthTrust    = 6.0
)

// trustAges are the lengths at which one looks again: a signal does not say something
// new with each bin.
var trustAges = []time.Duration{0, time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour}

// rarelyWrong is how much more a family may say than hosts may, since its instruments are
// wrong less often: ln 4 where no fault was seen in 150 days of Iran's series (half of one
// in that time, against 0.013 a day of hosts), and 2 for traffic, of which eleven years of
// YouTube had none either; that was one product of one company.
var rarelyWrong = map[keepiton.Family]float64{keepiton.ControlPlane: 1.4, keepiton.Services: 1.4, keepiton.Arrivals: 1.4, keepiton.Users: 2}

// A new normal.
const (
	// shiftAfter: a level that is lower by at most shiftDepth, and has been as steady as
	// before for so long, is accepted as the new normal: networks are renumbered and
	// sold. What is deeper waits for a person: a shutdown of months must not heal itself
	// (notes/detection.md 0, point 7).
	shiftAfter = 14 * 24 * time.Hour
	shiftDepth = 0.3
)

// Joining in one series.
const (
	// joinGap: gaps of up to half an hour, or two bins, are none (notes/detection.md 7.3).
	joinGap = 30 * time.Minute
	// curfewSlack and curfewDays: the same local time of the day, give or take so much,
	// on at least two of the four days that follow makes a series of episodes.
	curfewSlack = 10 * time.Minute
	curfewDays  = 4
	curfewLeast = 2
)

// Shares of distinct probes.
const (
	// trouble is the share of probes that meet trouble when nothing is wrong, before
	// anything is known of the series; it counts as much as priorProbes probes.
	trouble     = 0.05
	priorProbes = 20.0
	// leastTrouble: however long nothing went wrong, this share may.
	leastTrouble = 0.03
	// blocked is the share that meets trouble when there is a block, at the least.
	blocked = 0.5
	// mostPerBin bounds what one bin of probes can say, and mostPerProbe what each adds:
	// they are not independent, and one that is ill says the same every hour. Three in a
	// row are not enough to open a signal, four are, one that got through among them: a
	// network of which somebody measures now and then is seen on the first day of a block.
	mostPerBin   = 2.5
	mostPerProbe = 1.5
	// shareMemory is over how many bins with probes the usual share is averaged.
	shareMemory = 28 * 24
)

// Arrivals.
const (
	// emptyBins: so many bins in a row without any arrival, where some were expected,
	// are a signal (notes/detection.md 7.2).
	emptyBins = 3
	// dispersion is the variance of arrivals over their mean: they come in bursts.
	dispersion = 4.0
	// leastExpected is how many arrivals a bin must lead one to expect at the least.
	leastExpected = 2.0
)

// Memory of what was said.
const (
	// cellStep is how fine the memory of a series is once its bins are gone: three bins of
	// five minutes, fine enough for the first verdict after the onset, and 2 KB a month.
	cellStep = 15 * time.Minute
	// memory is how long before an onset signals are looked at when a past moment is judged
	// again: as long as a run of curfews holds together.
	memory = (curfewDays + 10) * 24 * time.Hour
)

// Vetoes. Those without a source are starting values of ours.
const (
	// illDepth: an instrument that lost a quarter of its peers is ill. Counts of routes
	// ask more than half of the peers, so that fewer do not move them.
	illDepth = 0.25
	// illSlack is how far from an illness a signal may begin to be explained by it; a table
	// is dumped and the next messages are there within that time.
	illSlack = 15 * time.Minute
	// illPasses: what is still there so long after the instrument is well is real.
	illPasses = time.Hour
	// commonCountries unrelated countries within commonWindow, commonShare of them seen by
	// one instrument alone (notes/detection.md 7.3). Unrelated are those of at least
	// commonRegions of the coalition's regions: a cable hits neighbours.
	commonCountries = 5
	commonWindow    = 15 * time.Minute
	commonShare     = 0.8
	commonRegions   = 2
	// commonLeast and commonCovered: an instrument that looks at few countries is ill when
	// nearly all of them fall.
	commonLeast   = 3
	commonCovered = 0.75
	// movedWithin: within an hour (notes/detection.md 7.3). movedShare of what was lost must
	// be elsewhere, and stand out of movedNoise times what moves there within an hour on nine
	// of ten occasions. movedCells is how many cells tell what was there before.
	movedWithin = time.Hour
	movedShare  = 0.8
	movedNoise  = 2.0
	movedCells  = 4
	// leastMove of what was lost is too little to be looked at.
	leastMove = 0.02
	// lateMoves: what arrives later than this after its usual time changes no such answer.
	lateMoves = 2 * time.Hour
	// homeShare: a network is at home in the country that has nearly all of it.
	homeShare = 0.9
)

// Joining across signals and entities (notes/detection.md 7.3; starting values).
const (
	joinWindow = 45 * time.Minute
	// joinOverlap: signals that overlap for most of the shorter one are of one event if
	// they began within half a day: traffic may fall hours after routes, and what has been
	// down for weeks is not what fell today.
	joinOverlap = 12 * time.Hour
	// sharesSlack: few probes find a block only in the course of hours.
	sharesSlack = 6 * time.Hour
	// leastGuest is what a blocked service must say to be a part of what others see: few
	// probes meet trouble by chance on some day of every month.
	leastGuest = 8.0
	// onsetSpread: members that began later than so do not tell when it began.
	onsetSpread = 6 * time.Hour
	// subsumeShare of a country's weight that fell within subsumeSpread, or subsumeLarge parts
	// of largePart of it each within subsumeWindow, are the country. Iran's counties fell in
	// the course of four hours in November 2019. leastParts are needed where parts count alike.
	subsumeShare  = 0.6
	subsumeLarge  = 3
	largePart     = 0.1
	subsumeWindow = 15 * time.Minute
	subsumeSpread = 6 * time.Hour
	leastParts    = 3
	// narrowDepth: a country that lost less than this, while one part of it lost twice as
	// much or more, is not what is down.
	narrowDepth = 0.35
)

// patience: at which times after the first signal one looks whether a veto has passed.
var patience = []time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour, 90 * time.Minute, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour}

// Fusion (notes/detection.md 7.4).
const (
	// priorOdds: of every thousand hours of a country, one has a disruption that is worth a
	// verdict: 911 national events were curated for the years 2018 to 2021
	// (notes/detection.md 2.1), five hours each on average, in some 200 countries: 0.7 in a
	// thousand, and not all were found.
	priorOdds = -6.9
	// partOdds: a country has many networks, regions and services, and each is looked at; one
	// of them by itself is down a tenth as often.
	partOdds = -2.3
	// Others that fall in the course of companyWindow before or after make a part one of few
	// again: at least companyLeast, one after another, and companyTimes as many as would by
	// themselves, strayFalls of each part in a day (the counties, above).
	companyWindow = 12 * time.Hour
	companyLeast  = 3
	companyTimes  = 3.0
	strayFalls    = 0.022
	// secondShare and otherShare: what the second witness of a family adds, and each other.
	secondShare = 0.5
	otherShare  = 0.25
	// partShare of what a family says is taken back where only parts of a place fell in its eyes,
	// and it saw nothing of the place as a whole.
	partShare = 0.5
	// sameMost is the most that the other series of one instrument add: they share its faults.
	sameMost = 2.0
	// normalAfter: who still sees nothing so long after the onset will see nothing; before,
	// it says less in proportion. People's traffic fell two hours after hosts in Iran in
	// January 2026.
	normalAfter = 2 * time.Hour
	// leastP: as near as P(disruption) comes to nought and one.
	leastP = 0.001
	// mostSilent bounds the list of those that were silent.
	mostSilent = 40
	// disruptionFloor: below it nothing is claimed. causeFloor: nothing is said of the cause
	// of what may not be there. shutdownFloor and outageCeiling: what is between them is open.
	disruptionFloor = 0.75
	causeFloor      = 0.9
	shutdownFloor   = 0.6
	outageCeiling   = 0.15
)

// againstDisruption is what a family adds to the odds when all of it has values and
// they are as expected. Routes that stand say little: most shutdowns since 2019 left
// them standing (notes/detection.md 0, point 5). Hosts that answer say less than people who go
// on: of 548 labelled events a handful was seen in hosts alone, while mobile networks have
// few hosts that answer. Services are measured by few, and those few may be the ones that
// still can.
var againstDisruption = map[keepiton.Family]float64{
	keepiton.ControlPlane: -0.5, keepiton.DataPlane: -1.5, keepiton.Users: -2.5, keepiton.Services: -0.5, keepiton.Arrivals: -1,
}

// Shapes.
const (
	// flatDepth of hosts or people gone, while at most flatRoutes of the routes are: Iran in
	// January 2026 kept 86 %.
	flatDepth  = 0.5
	flatRoutes = 0.2
	// throttledMost: who is left with less than a twentieth of the traffic is cut off.
	throttledMost = 0.95
	// whitelistServices blocked at once are a list of what is allowed.
	whitelistServices = 4
	// Exams are of mornings, from examFrom to examTo by the clock of the place, and last at
	// most examLongest: those of Iraq and Syria did.
	examFrom    = 3
	examTo      = 12
	examLongest = 6 * time.Hour
)

// Surroundings.
const (
	neighbourWindow = 30 * time.Minute
	// widestGap: an onset that is less well known than this is near to nothing.
	widestGap = 6 * time.Hour
	// occasionSlack: unrest comes before and after its day.
	occasionSlack = 24 * time.Hour
	// noticeSlack: what caused an outage was there at most some hours before.
	noticeSlack = 6 * time.Hour
)
