package casework

import (
	"strconv"

	"keepiton"
	"keepiton/campaign"
	work "keepiton/casework"
	"keepiton/store"
)

// applicationOf opens the application that the address names.
func (v *visit) applicationOf() (*work.Opened, error) {
	o, err := v.opened()
	if err == nil && o.Report.Application == nil {
		err = keepiton.Errorf(keepiton.NotFound, "the report is no application to join")
	}
	return o, err
}

// vet stores the checklist and a note.
func vet(v *visit) error {
	o, err := v.applicationOf()
	if err != nil {
		return err
	}
	f := v.r.PostForm
	_, err = v.desk.Judge(v.ctx(), o.Envelope.ID, "vetted", func(j *work.Judgement) error {
		j.Vetting = &work.Vetting{Referees: answerOf(f.Get("referees")), Site: answerOf(f.Get("site")), Kind: answerOf(f.Get("kind")), Fresh: answerOf(f.Get("fresh"))}
		j.AddNote(v.opt.Now().UTC().Truncate(day), v.who.Account, f.Get("note"))
		return nil
	})
	if err != nil {
		return err
	}
	return v.to("/reports/" + string(o.Envelope.ID) + "?done=judged")
}

// decline ends an application, with words for the applicant.
func decline(v *visit) error {
	o, err := v.applicationOf()
	if err != nil {
		return err
	}
	words := v.r.PostForm.Get("words")
	switch err := v.desk.Decline(v.ctx(), o.Envelope.ID, words); keepiton.CodeOf(err) {
	case "":
		return v.to("/reports/" + string(o.Envelope.ID) + "?done=declined")
	case keepiton.Invalid, keepiton.Conflict, keepiton.NotFound:
		return v.showApplication(o, err, func(b *applicationBody) { b.Refusal = words })
	default:
		return err
	}
}

// enrol drafts the public organization at the campaign's office, with the logo.
func enrol(v *visit) error {
	o, err := v.applicationOf()
	if err != nil {
		return err
	}
	f := v.r.PostForm
	e := work.Enrolment{LogoAlt: f.Get("logo_alt"), Reason: f.Get("reason")}
	for _, part := range work.EnrolmentParts {
		if f.Get("keep_"+part) == "" {
			e.Leave = append(e.Leave, part)
		}
	}
	again := func(err error) error {
		return v.showApplication(o, err, func(b *applicationBody) {
			b.Leave, b.Logo, b.LogoAlt, b.Reason = e.Leave, f.Get("logo"), e.LogoAlt, e.Reason
		})
	}
	logo, err := v.logoOf(o, f.Get("logo"))
	if err == nil {
		e.Logo = logo.SHA256
		var rev keepiton.EntryRevision
		if rev, err = v.desk.Enrol(v.ctx(), o.Envelope.ID, e); err == nil && e.Logo != "" {
			logo.Subjects = []string{string(rev.ID)}
			err = v.desk.Server.PutMedia(v.ctx(), logo)
		}
	}
	switch keepiton.CodeOf(err) {
	case "":
		return v.to("/reports/" + string(o.Envelope.ID) + "?done=enrolled")
	case keepiton.Invalid, keepiton.Conflict, keepiton.TooLarge:
		return again(err)
	}
	return err
}

// logoOf makes the public picture of a file of the application; the empty number
// is none.
func (v *visit) logoOf(o *work.Opened, number string) (store.MediaFile, error) {
	for i, f := range o.Files {
		if number == strconv.Itoa(i+1) {
			return campaign.Logo(v.ctx(), f.Bytes)
		}
	}
	return store.MediaFile{}, nil
}
