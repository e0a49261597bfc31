package intake

import (
	"context"
	"time"

	"keepiton"
	"keepiton/seal/work"
)

// Shown is what a request shows to be let in by. All fields may be empty.
type Shown struct {
	Token  string // a partner's token
	Work   string // a solved challenge of ours
	Ticket string // that stood in the form which sends it
	Onion  bool   // it came through the onion service
}

// Admit returns the best pass for what is shown. It refuses nobody: a proof that
// does not hold, or holds no more, is as good as none.
func (in *Intake) Admit(ctx context.Context, s Shown) Pass {
	in.init()
	if s.Token != "" && in.Partners != nil {
		if digest, err := in.Partners.Verify(ctx, s.Token); err == nil {
			return Pass{Lane: keepiton.LanePartner, Token: &digest}
		}
	}
	if s.Work != "" {
		if shown, err := in.office.Check(s.Work); err == nil {
			return Pass{Lane: keepiton.LaneWork, Work: min(shown, work.Asked(s.Work))}
		}
	}
	if s.Onion {
		return Pass{Lane: keepiton.LaneOnion}
	}
	return Pass{Lane: keepiton.LaneOpen, Work: in.waited(s.Ticket)}
}

// Challenge returns a challenge for the lane of work, and the zero bits that it
// asks for: more than the least when that lane has little disk left, so that a
// flood pays for what it takes, and as many as the sender wants. Harder work is
// looked at earlier, and it is the bits that were asked for that count, not those
// that luck gave: a flood of many easy ones has much of that.
func (in *Intake) Challenge(ctx context.Context, wanted int) (challenge string, bits int) {
	in.init()
	bits = min(max(wanted, work.DefaultBits+in.pressure(ctx)), work.MaxBits)
	return in.office.Challenge(bits), bits
}

// pressure is 0 while the lane of work is less than half full, and one more for
// each further eighth.
func (in *Intake) pressure(ctx context.Context) int {
	held, quota := in.held(ctx, keepiton.LaneWork), in.Quota(keepiton.LaneWork)
	eighths := max(held.Bytes*8/max(quota.Bytes, 1), int64(held.Count)*8/max(int64(quota.Count), 1))
	return max(0, min(int(eighths)-3, work.MaxBits-work.DefaultBits))
}

// Waiting is how long a form must have been open for its ticket to count. Who
// reads the form and writes something has waited longer.
const Waiting = 30 * time.Second

// Tickets that count, a second and at once: a flood that has waited too is no
// faster than this into what is kept for those who wait.
const (
	ticketRate = 2
	ticketRush = 120
)

// A pace that the open lane does not leave on a day without a shutdown or a
// flood: one report in half a minute, and twenty at once.
const (
	calmRate = 1.0 / 30
	calmRush = 20
)

// Ticket returns a ticket to stand in a form that is shown now. It comes back
// with the report.
func (in *Intake) Ticket() string {
	in.init()
	return in.office.Ticket(in.Now().Add(Waiting))
}

// waited spends a ticket and returns what the waiting is worth; 0: nothing.
func (in *Intake) waited(ticket string) int {
	if ticket == "" {
		return 0
	}
	now := in.Now()
	if _, err := in.office.CheckTicket(ticket); err != nil || !in.rush.take(now) {
		return 0
	}
	if in.calm.note(now) {
		return keepiton.Waited
	}
	return keepiton.WaitedInCrowd
}
