package detect

import "time"

// Rules names this set of constants and weights; it stands on every verdict. It
// changes when any of them does.
const Rules = "detect-1"

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
	// mostLogLR bounds what one signal can say.
	mostLogLR = 12.0
	// quietest is the least that one quiet bin takes from the odds: one such bin does
	// not make up for a deep one.
	quietest = -2.0
	// trustedGlitch and depthTrust bound what one bin of at least half an hour can say:
	// an instrument's glitch is the likelier explanation of a shallow fall than of a
	// deep one. Shorter bins average fewer observations and say less (stepTrust).
	trustedGlitch = 2.0
	depthTrust    = 6.0
)

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
	// they are not independent, and one that is ill says the same every hour.
	mostPerBin   = 2.5
	mostPerProbe = 0.8
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
