package web

import (
	"strings"
	"time"

	"keepiton/locale"
	"keepiton/seal"
)

// sentPage shows a receipt, once.
type sentPage struct {
	frame
	Groups []string // the digits, four by four
	Files  int
	Joins  bool // it is an application to join the coalition
	Began  *sentWhen
	Ended  *sentWhen
}

// sentWhen is a moment as it was typed and as it was read.
type sentWhen struct {
	Words string
	Read  []locale.Back
}

func (s *Server) sentPage(v *visit, form typed, now time.Time, receipt seal.Receipt, files int) *sentPage {
	return &sentPage{
		frame: s.frame(v, "sent"), Groups: strings.Fields(receipt.String()), Files: files,
		Began: sentMoment(v, form, "began", now), Ended: sentMoment(v, form, "ended", now),
	}
}

func sentMoment(v *visit, form typed, name string, now time.Time) *sentWhen {
	w := form.when(name)
	words := strings.TrimSpace(w.Date + " " + w.Time)
	if words == "" {
		return nil
	}
	out := &sentWhen{Words: words}
	for _, r := range readings(w, v.p.Lang().Tag, now) {
		out.Read = append(out.Read, locale.WhenBack(v.p, r))
	}
	return out
}
