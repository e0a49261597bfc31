package intake

import (
	"context"

	"keepiton"
	"keepiton/store"
)

// Rule is what a lane may have. Disk is in hundredths of Intake.Disk, Slots is
// how many submissions may be under way at one time, and Attention how many of
// fifty envelopes that the desk looks at come from the lane while all lanes
// have some.
type Rule struct {
	Lane      keepiton.Lane
	Disk      int
	Slots     int
	Attention int
}

// rules, in the order of keepiton.Lanes. A slot costs at most about 1 MiB of
// memory while a report arrives and is sealed, so all of them stay under 300 MiB;
// what is whole already costs a quarter of that, for a moment. Lanes that
// cost somebody something (a partner's word, work, a journey) have more than
// those that cost nothing.
var rules = []Rule{
	{keepiton.LanePartner, 20, 32, 10},
	{keepiton.LaneCarried, 10, 8, 6},
	{keepiton.LaneWork, 20, 64, 10},
	{keepiton.LaneOnion, 15, 64, 8},
	{keepiton.LaneMail, 10, 16, 6},
	{keepiton.LaneSMS, 5, 16, 4},
	{keepiton.LaneOpen, 20, 64, 6},
}

// Rules returns what each lane may have.
func Rules() []Rule { return append([]Rule(nil), rules...) }

// smallest is about what the smallest envelope fills: a bundle of 4 KiB sealed
// to one analyst. It turns bytes into a bound on rows.
const smallest = 6 << 10

// Quota returns the disk of a lane.
func (in *Intake) Quota(l keepiton.Lane) store.Quota {
	in.init()
	for _, r := range rules {
		if r.Lane == l {
			return quota(in.Disk, r)
		}
	}
	return store.Quota{}
}

func quota(disk int64, r Rule) store.Quota {
	if disk == 0 {
		disk = DefaultDisk
	}
	bytes := disk * int64(r.Disk) / 100
	return store.Quota{Bytes: bytes, Count: int(bytes / smallest)}
}

// SetQuotas tells the store what each lane may have. Call it at every start.
func (in *Intake) SetQuotas(ctx context.Context) error {
	for _, r := range rules {
		if err := in.Store.SetQuota(ctx, r.Lane, in.Quota(r.Lane)); err != nil {
			return err
		}
	}
	return nil
}
