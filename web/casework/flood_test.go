package casework_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	work "keepiton/casework"
	"keepiton/intake"
	"keepiton/intake/intaketest"
)

// people are reports as people write them, each in their own words; some about
// the same hours in the same places.
var people = strings.Split(strings.TrimSpace(`
Since about nine this morning there is no mobile data on my Ethio telecom line in Bole. Calls still work. My neighbour has the same. I could send this because the cafe has a cable.
no internet at all since yesterday night, i tried restarting the phone many times, telegram shows connecting only
Je suis étudiante à Mekelle. Depuis ce matin plus rien ne passe, ni WhatsApp ni Facebook, seulement les appels. On dit que c'est à cause de la manifestation de demain.
We run a small pharmacy. The card terminal stopped at 10:40 and the supplier's website does not open. On wifi from the bank next door it worked until noon, then that stopped too.
ከጠዋቱ ሦስት ሰዓት ጀምሮ የሞባይል ኢንተርኔት አይሠራም። ጥሪ ይሠራል። ቦሌ አካባቢ ያሉ ጎረቤቶቼም እንዲሁ ነው የሚሉት።
انقطع الإنترنت عن هاتفي منذ الفجر، ولا يعمل واتساب ولا فيسبوك. المكالمات تعمل. أهل الحي كلهم يقولون الشيء نفسه.
My brother is in Gondar, he called me on the landline: mobile internet went off on the 24th in the evening and has not come back. He asked me to tell somebody.
The speed fell to almost nothing at lunch time, pages load half and stop, video not at all. This morning it was normal. I measured 12 kbit/s.
I am a nurse. We could not reach the referral hospital's system to order blood, and had to send a driver with a paper. It began when the funeral procession started.
Desde las ocho no tengo datos móviles en Addis, estoy aquí por trabajo. En el hotel la conexión fija va y viene.
At the university the wifi shows connected but nothing opens except the local pages of the university itself. Students say Telegram was first, two days ago.
tout est coupé a bahir dar depuis 14h, meme les sms n'arrivent plus, je suis sorti de la ville pour envoyer ce message
Twitter, Facebook and TikTok do not open without a VPN since Sunday. Other sites are fine. With Psiphon everything opens but slowly.
ኢንተርኔት ከትናንት ማታ ጀምሮ ተዘግቷል፤ ባንክ ውስጥ ገንዘብ ማውጣት አልቻልንም፤ ኔትወርክ የለም ይሉናል።
I drive a taxi and the app has been dead since the afternoon. Drivers at the station say all of the city centre is off but Kality still has it.
It came back for one hour around six and then went again. I wrote down the times: 06:05 until 07:10. Since then nothing, today is the third day.
The fixed line in our office (Websprix) works, mobile does not, for nobody in the office, four different people with 4G and 3G.
My mother lives in Axum. I have not been able to reach her for five days, not by phone and not by message. The operator's hotline says maintenance.
كنت في السوق عندما توقفت كل الشبكات فجأة حوالي الثالثة ظهرا. عاد الاتصال الهاتفي بعد ساعة لكن دون بيانات.
Our radio station sends by internet to the transmitter in Dessie. The link is dead since 08:00 UTC, the technician on site says that the operator's engineers told him they have an order.
They are checking phones at the bridge, people delete their photos. No data since the first shots, about half past four.
Estou em Adis Abeba numa conferência; os dados móveis caíram às 9h40 e a organização diz que o governo mandou cortar por causa do exame nacional.
exam week again and they cut it from 8 to 11 in the morning like last year, comes back after every paper
Only voice and sms. My school could not hold the online class. 43 pupils, I called each of their parents one by one.
I saw the notice of the operator on the door of the shop: service interruption on instruction of the authorities. I attach what I copied: it says until further notice.
La connexion est tombée au moment où le président a parlé, chez moi (fibre) et sur le téléphone de ma femme en même temps.
my phone shows E and sometimes 4G but nothing loads. since saturday. adama.
We are eleven people in this house with three operators' cards and none has data. The last message that came in is from 13:22.
The internet cafe owner says police came at noon and told him to switch off the router for the weekend, all cafes on this road the same.
በሰመራ ከተማ ሁለት ቀን ሆኖታል፤ ኢንተርኔት የለም፣ ስልክ አልፎ አልፎ ይሠራል። ይህን የምልከው ከጅቡቲ ድንበር ነው።
`), "\n")

// form is what a cheap attacker has: a few letters with gaps.
func form(r *rand.Rand) string {
	pick := func(words string) string { all := strings.Split(words, "|"); return all[r.IntN(len(all))] }
	city := "Bole|Piassa|Mekelle|Adama|Gondar|Bahir Dar|Hawassa|Jimma|Dessie|Harar|Axum|Shashemene|Arba Minch|Dire Dawa"
	hour := "six|seven|eight|nine|ten|eleven|noon|one|two|three|four|five"
	app := "WhatsApp|Telegram|Facebook|TikTok|YouTube|Instagram|Messenger|Viber|Signal|Twitter"
	who := "my neighbour|my sister|my brother|a colleague|my cousin|the shopkeeper|a friend|my landlord|my uncle"
	switch r.IntN(5) {
	case 0:
		return fmt.Sprintf("Hello, I want to report that the internet in %s has not been working since %s today. %s does not open and %s says the same. Please tell the world about this.", pick(city), pick(hour), pick(app), pick(who))
	case 1:
		return fmt.Sprintf("The mobile network of Ethio telecom is down in %s from %s o'clock. I tried %s and %s, both do not load. %d people in my street have this problem too.", pick(city), pick(hour), pick(app), pick(app), 2+r.IntN(60))
	case 2:
		return fmt.Sprintf("Urgent: in %s the government has cut the internet since %s in the morning, %s told me by phone. No %s, no mail, nothing. People are afraid.", pick(city), pick(hour), pick(who), pick(app))
	case 3:
		return fmt.Sprintf("Bonjour, à %s il n'y a plus d'internet depuis %d heures. %s ne marche pas. Merci de le dire aux journalistes, la situation est grave ici.", pick(city), 1+r.IntN(23), pick(app))
	}
	return fmt.Sprintf("ከ%s ጀምሮ በ%s ኢንተርኔት ተቋርጧል። %s አይሠራም። እባካችሁ ለዓለም አሳውቁልን።", pick("ጠዋት|ማታ|ትናንት|ቀትር|ዛሬ"), pick(city), pick(app))
}

// salad is what a better one has: words of true reports, in no order.
func salad(r *rand.Rand) string {
	n, out := 15+r.IntN(40), []string{}
	for range n {
		w := strings.Fields(people[r.IntN(len(people))])
		out = append(out, w[r.IntN(len(w))])
	}
	return strings.Join(out, " ")
}

// siege is a day of an open lane: people report through it, and a flood whose
// senders wait as people do.
type siege struct {
	t     *testing.T
	desk  *intaketest.Desk
	ready []string // tickets, good from half a minute on
	r     *rand.Rand

	list  []keepiton.Envelope
	said  map[keepiton.EnvelopeID]string
	calm  map[keepiton.EnvelopeID]bool // of people, while there was no rush
	crowd map[keepiton.EnvelopeID]bool // of people, in the rush
}

func newSiege(t *testing.T) *siege {
	s := &siege{
		t: t, desk: intaketest.New(t), r: rand.New(rand.NewPCG(1, 2)),
		said: map[keepiton.EnvelopeID]string{}, calm: map[keepiton.EnvelopeID]bool{}, crowd: map[keepiton.EnvelopeID]bool{},
	}
	s.pass(0)
	return s
}

// pass lets time go by, and makes new tickets: forms are open for minutes, not
// for hours.
func (s *siege) pass(d time.Duration) {
	s.desk.Clock.Pass(d)
	s.ready = s.ready[:0]
	for range 100 {
		s.ready = append(s.ready, s.desk.Ticket())
	}
	s.desk.Clock.Pass(intake.Waiting)
}

// admit lets one in.
func (s *siege) admit(words string, mine map[keepiton.EnvelopeID]bool) {
	d, r := s.desk, s.r
	p := d.Admit(s.t.Context(), intake.Shown{Ticket: s.ready[0]})
	s.ready = append(s.ready[1:], d.Ticket())
	if p.Work == 0 {
		return // it has no part of what is kept for those who waited
	}
	e := keepiton.Envelope{ID: keepiton.EnvelopeID(fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64())), Lane: p.Lane, Work: p.Work, Size: 8 << 10, Day: d.Now().Truncate(24 * time.Hour), State: keepiton.EnvelopeNew}
	s.list, s.said[e.ID] = append(s.list, e), words
	if mine != nil {
		mine[e.ID] = true
	}
}

// rush is a day on which two thirds of people write while little happens, and
// then for two hours a flood comes as fast as waiting counts, and the others
// write meanwhile.
func (s *siege) rush(junk func(*rand.Rand) string) {
	for i, words := range people {
		if i%3 < 2 {
			s.admit(words, s.calm)
			s.pass(20 * time.Minute)
		}
	}
	next := 2
	for second := range 2 * 60 * 60 {
		s.desk.Clock.Pass(time.Second)
		s.admit(junk(s.r), nil)
		s.admit(junk(s.r), nil)
		if second%700 == 350 && next < len(people) {
			s.admit(people[next], s.crowd)
			next += 3
		}
	}
}

// pace is a day and a night on which a flood keeps to the pace of ordinary days.
func (s *siege) pace(junk func(*rand.Rand) string) {
	for i := range 24 * 60 * 60 / 31 {
		s.pass(time.Second)
		s.admit(junk(s.r), nil)
		if i%90 == 45 && i/90 < len(people) {
			s.admit(people[i/90], s.calm)
		}
	}
}

// view is what a desk has of a siege after it opened so many.
type view struct {
	calm, crowd float64 // shares of the people of both that were opened
	groups      int     // to look at
	last        int     // of them in the order of the page: the last of those before the flood
}

// open opens fifty at a time, and looks after so many.
func (s *siege) open(seed uint64, after []int) (views []view) {
	var opened []*work.Opened
	left := slices.Clone(s.list)
	for _, n := range after {
		for len(opened) < n && len(left) > 0 {
			taken := map[keepiton.EnvelopeID]bool{}
			for _, e := range intake.Queue(left, 50, seed) {
				taken[e.ID] = true
				opened = append(opened, &work.Opened{Envelope: e, Report: &keepiton.Report{Country: "ET", Seen: keepiton.Private(s.said[e.ID])}})
			}
			left = slices.DeleteFunc(left, func(e keepiton.Envelope) bool { return taken[e.ID] })
		}
		views = append(views, s.look(slices.Clone(opened)))
	}
	return views
}

func (s *siege) look(opened []*work.Opened) (v view) {
	slices.SortFunc(opened, func(a, b *work.Opened) int { return strings.Compare(string(a.Envelope.ID), string(b.Envelope.ID)) })
	all := work.Alike(opened)
	work.ByWeight(all)
	v.groups = len(all)
	for i, g := range all {
		for _, o := range g {
			id := o.Envelope.ID
			person := s.calm[id] || s.crowd[id]
			if person && len(g) > 1 {
				s.t.Errorf("what a person wrote is grouped with other words: %q", s.said[id])
			}
			if s.crowd[id] {
				v.crowd += 1 / float64(len(s.crowd))
			}
			if s.calm[id] {
				v.calm, v.last = v.calm+1/float64(len(s.calm)), i+1
			}
		}
	}
	return v
}

// TestAPatientFloodAtTheDesk measures what an analyst gets to see of people when a
// flood waits as they do. docs/benchmarks.md has the figures.
func TestAPatientFloodAtTheDesk(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine over more of the same: the plain run has it")
	}
	kinds := map[string]func(*rand.Rand) string{"forms with gaps": form, "word salad": salad}
	for name, flood := range map[string]func(*siege){
		"a rush of forms with gaps": func(s *siege) { s.rush(kinds["forms with gaps"]) }, "a rush of word salad": func(s *siege) { s.rush(kinds["word salad"]) },
		"forms with gaps at an ordinary pace": func(s *siege) { s.pace(kinds["forms with gaps"]) }, "word salad at an ordinary pace": func(s *siege) { s.pace(kinds["word salad"]) },
	} {
		s := newSiege(t)
		flood(s)
		t.Logf("%s: %d of the flood, %d people in calm hours and %d in the rush", name, len(s.list)-len(s.calm)-len(s.crowd), len(s.calm), len(s.crowd))
		after := []int{50, 500, 1500}
		const seeds = 5
		sum := make([]view, len(after))
		for seed := range uint64(seeds) {
			for i, v := range s.open(seed, after) {
				sum[i].calm, sum[i].crowd, sum[i].groups, sum[i].last = sum[i].calm+v.calm/seeds, sum[i].crowd+v.crowd/seeds, sum[i].groups+v.groups, sum[i].last+v.last
			}
		}
		for i, v := range sum {
			t.Logf("%s, %d opened: %.2f of those in calm hours, %.3f of those in the rush; %d groups, the last of those in calm hours is number %d", name, after[i], v.calm, v.crowd, v.groups/seeds, v.last/seeds)
		}
		rush, day := len(s.crowd) > 0, sum[1]
		if rush && day.calm < 0.999 {
			t.Errorf("%s: %.3f of those who wrote before it were opened within a day's budget", name, day.calm)
		}
		if rush && day.last/seeds > 2*len(s.calm)+10 {
			t.Errorf("%s: who wrote before it stand as far down as group %d", name, day.last/seeds)
		}
		if strings.Contains(name, "forms") && day.groups/seeds > 2*len(people) {
			t.Errorf("%s: five forms are shown as %d groups", name, day.groups/seeds)
		}
	}
}

func TestWhatPeopleWriteThemselvesIsNotAlike(t *testing.T) {
	most := 0.0
	for i, a := range people {
		one, _ := work.SketchOf(&keepiton.Report{Seen: keepiton.Private(a)})
		for _, b := range people[:i] {
			other, _ := work.SketchOf(&keepiton.Report{Seen: keepiton.Private(b)})
			most = max(most, one.Share(other))
		}
	}
	if most > 0.15 {
		t.Errorf("two of them share %.2f of their runs", most)
	}
}
