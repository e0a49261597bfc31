package casework

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"keepiton"
	"keepiton/evidence"
	"keepiton/store"
)

// Judgement is what the desk thinks of one report: the checklist, the decision
// and the steps. It is sealed to the analysts.
type Judgement struct {
	Envelope keepiton.EnvelopeID `json:"envelope"`
	Version  int                 `json:"-"` // of the paper; 0: none yet

	// The checklist. Not asked is not a no.
	Firsthand   keepiton.Answer `json:"firsthand,omitempty"`   // the sender saw it
	TimeSure    keepiton.Answer `json:"time_sure,omitempty"`   // the time holds against what else we know
	PlaceSure   keepiton.Answer `json:"place_sure,omitempty"`  // the place does
	Independent keepiton.Answer `json:"independent,omitempty"` // of the other reports of its case
	// Origin names a shared origin: reports with the same one count once.
	Origin string `json:"origin,omitempty"`

	Decision Decision         `json:"decision,omitempty"`
	Notes    []Note           `json:"notes,omitempty"`
	Exhibits []Exhibit        `json:"exhibits,omitempty"`
	Steps    []Step           `json:"steps,omitempty"`
	Case     string           `json:"case,omitempty"`  // the Case it belongs to
	Story    keepiton.StoryID `json:"story,omitempty"` // drafted from it

	Vetting *Vetting         `json:"vetting,omitempty"` // of an application to join
	Entry   keepiton.EntryID `json:"entry,omitempty"`   // the organization drafted from it

	Looked *Looked `json:"looked,omitempty"` // what is in the report; nil: no desk has noted it
}

// Decision is what became of a report.
type Decision string

// The decisions. The zero value is none yet.
const (
	Undecided Decision = ""
	Use       Decision = "use"       // supports its case
	Spam      Decision = "spam"      // set aside, never deleted for that
	Unsure    Decision = "unsure"    // cannot be verified
	Endanger  Decision = "endanger"  // true or not: publishing would endanger somebody
	NotOurs   Decision = "not_ours"  // nothing about a shutdown
	Declined  Decision = "declined"  // an application: not to join, its sender was told why
	Withdrawn Decision = "withdrawn" // by its sender
	Taken     Decision = "taken"     // results of a probe: series were made of them
)

// Decisions lists what an analyst may choose for a report.
var Decisions = []Decision{Undecided, Use, Unsure, Endanger, NotOurs, Spam}

// state is what the receipt shows for a decision.
func (dec Decision) state() keepiton.EnvelopeState {
	switch dec {
	case Spam:
		return keepiton.EnvelopeSpam
	case Unsure, NotOurs:
		return keepiton.EnvelopeUnverified
	case Endanger:
		return keepiton.EnvelopeUnpublished
	case Declined:
		return keepiton.EnvelopeAnswered
	}
	return keepiton.EnvelopeRead
}

// Note is a remark of an analyst.
type Note struct {
	Day  time.Time `json:"day"`
	Who  string    `json:"who"` // account
	Text string    `json:"text"`
}

// Step is one thing that was done, for who asks later how we came to know.
type Step struct {
	Day  time.Time `json:"day"`
	Who  string    `json:"who"`
	What string    `json:"what"` // code: opened, judged, grouped, asked, cleaned, drafted …
	On   string    `json:"on,omitempty"`
}

// Exhibit is a file of a report as evidence, with its record of custody.
type Exhibit struct {
	File   string          `json:"file"` // SHA-256 of the original
	Record evidence.Record `json:"record"`
	Public string          `json:"public,omitempty"` // SHA-256 of the public copy
	Boxes  []evidence.Box  `json:"boxes,omitempty"`  // that it was made with
	Alt    string          `json:"alt,omitempty"`    // what the public copy shows
}

// judgementID is the id of the paper about an envelope.
func judgementID(id keepiton.EnvelopeID) string { return string(id) }

// judgement asks for what is thought of a report now; it is new when nobody has
// written anything yet.
func (d *Desk) judgement(ctx context.Context, id keepiton.EnvelopeID) (*Judgement, error) {
	o, err := d.paper(ctx, judgementID(id))
	switch {
	case err == nil && o.judgement != nil:
		return o.judgement, nil
	case err != nil && o.version == 0 && keepiton.CodeOf(err) == keepiton.NotFound:
		return &Judgement{Envelope: id}, nil
	case err == nil:
		err = errMisplaced
	}
	return nil, err
}

// Judge stores what change makes of the judgement of a report, and shows its
// sender what the decision means. Conflict when a colleague was faster, or the
// report was withdrawn: nothing is lost, look again.
func (d *Desk) Judge(ctx context.Context, id keepiton.EnvelopeID, what string, change func(j *Judgement) error) (*Judgement, error) {
	j, err := d.judgement(ctx, id)
	if err != nil {
		return nil, err
	}
	who, err := d.Server.Account(ctx)
	if err != nil {
		return nil, err
	}
	for {
		decided, judged := j.Decision, j.judged()
		if err := change(j); err != nil {
			return nil, err
		}
		j.Steps = append(j.Steps, Step{Day: d.today(), Who: who.Name, What: what, On: string(j.Decision)})
		err := d.putJudgement(ctx, j)
		if err == nil && j.Decision != decided {
			err = d.Server.SetState(ctx, id, j.Decision.state())
		}
		if keepiton.CodeOf(err) != keepiton.Conflict {
			return j, err
		}
		// A desk that only noted what is in the report has judged nothing.
		now, again := d.judgement(ctx, id)
		if again != nil || now.Version == j.Version || now.judged() != judged {
			return nil, err
		}
		j = now
	}
}

// judged is what people have written, for comparing.
func (j *Judgement) judged() string {
	c := *j
	c.Looked = nil
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // it holds nothing that JSON cannot
	}
	return string(text)
}

func (d *Desk) putJudgement(ctx context.Context, j *Judgement) (err error) {
	p := store.Paper{ID: judgementID(j.Envelope), Kind: judgementKind, About: j.Envelope}
	if j.Version, err = d.put(ctx, p, j.Version, j); err == nil {
		d.view.wrote(p.ID, leaf{version: j.Version, judgement: j})
	}
	return err
}

// AddNote adds a remark to a judgement.
func (j *Judgement) AddNote(day time.Time, who, text string) {
	if text = strings.TrimSpace(text); text != "" {
		j.Notes = append(j.Notes, Note{day, who, text})
	}
}
