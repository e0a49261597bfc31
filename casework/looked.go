package casework

import (
	"context"
	"slices"

	"keepiton"
	"keepiton/evidence"
)

// Looked is what a desk found in a report that it opened. It is kept with the
// judgement, so that no other desk and no later run has to open the report to
// know it. There is one for every report that was opened, with pictures or
// without, an addition or none: that it is there tells the server nothing.
type Looked struct {
	Files  int     `json:"files"` // that were gone through for pictures
	Prints []Print `json:"prints,omitempty"`
	// Adds is the lookup of the receipt that an addition adds to, Consent what it
	// says of consent; nil: nothing.
	Adds    string      `json:"adds,omitempty"`
	Consent *Permission `json:"consent,omitempty"`
}

// Print is the fingerprint of a picture: of the first page or frame of a file.
type Print struct {
	File int           `json:"file"` // of the report, from 1
	Hash evidence.Hash `json:"hash"`
}

// Permission is a keepiton.Consent without the name, which stays in the report.
type Permission struct {
	Publish  bool            `json:"publish,omitempty"`
	Media    bool            `json:"media,omitempty"`
	Press    bool            `json:"press,omitempty"`
	Court    bool            `json:"court,omitempty"`
	Partners bool            `json:"partners,omitempty"`
	Naming   keepiton.Naming `json:"naming,omitempty"`
	Version  int             `json:"version"`
}

func permission(c keepiton.Consent) *Permission {
	if c.Version == 0 {
		return nil // a question answered, a file sent later: nothing about consent
	}
	return &Permission{c.Publish, c.Media, c.Press, c.Court, c.Partners, c.Naming, c.Version}
}

func (p *Permission) consent() keepiton.Consent {
	return keepiton.Consent{Publish: p.Publish, Media: p.Media, Press: p.Press, Court: p.Court, Partners: p.Partners, Naming: p.Naming, Version: p.Version}
}

// print returns the fingerprint of a file.
func (l *Looked) print(file int) (evidence.Hash, bool) {
	if l == nil {
		return evidence.Hash{}, false
	}
	i := slices.IndexFunc(l.Prints, func(p Print) bool { return p.File == file })
	if i < 0 {
		return evidence.Hash{}, false
	}
	return l.Prints[i].Hash, true
}

// note stores what change makes of what was found in a report, a zero one when
// nobody has looked; it returns false when there is nothing new. Others may write
// about the report meanwhile: they are not disturbed, it waits for its turn.
func (d *Desk) note(ctx context.Context, id keepiton.EnvelopeID, change func(l *Looked) bool) (err error) {
	for range 3 {
		j, err := d.judgement(ctx, id)
		if err != nil {
			return err
		}
		var l Looked
		if j.Looked != nil {
			l = *j.Looked
		}
		if news := change(&l); !news && j.Looked != nil {
			return nil
		}
		j.Looked = &l
		if err = d.putJudgement(ctx, j); keepiton.CodeOf(err) != keepiton.Conflict {
			return err
		}
	}
	return err
}

// KeepPrint keeps the fingerprint of a file that somebody looks at, if nobody
// has yet.
func (d *Desk) KeepPrint(ctx context.Context, id keepiton.EnvelopeID, file int, h evidence.Hash) error {
	return d.note(ctx, id, func(l *Looked) bool {
		if _, known := l.print(file); known {
			return false
		}
		l.Prints = append(slices.Clone(l.Prints), Print{file, h})
		return true
	})
}
