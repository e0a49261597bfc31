package casework

import (
	"slices"
	"strconv"

	"keepiton"
	work "keepiton/casework"
)

// likeLine is two pictures that look alike, of a report and of another.
type likeLine struct {
	work.Likeness
	Here keepiton.EnvelopeID // the report of Likeness.File
	Open bool                // the other is open here: both can be shown
}

// likesShown bounds the likenesses of a page: a picture that went around came
// with many reports.
const likesShown = 20

// likes puts likenesses beside what is open.
func (v *visit) likes(here keepiton.EnvelopeID, found []work.Likeness) (out []likeLine) {
	for _, l := range found[:min(len(found), likesShown)] {
		out = append(out, likeLine{l, here, v.desk.Known(l.Of.Report) != nil})
	}
	return out
}

// groupLikes are the reports outside of a group that share a picture with one
// inside, once each: a hint, by which nothing is grouped.
func (v *visit) groupLikes(shelf *work.Shelf, g *queueGroup) (out []likeLine) {
	group := append([]*work.Opened{g.First}, g.More...)
	for _, o := range group {
		for _, l := range shelf.Likenesses(o.Envelope.ID) {
			inside := slices.ContainsFunc(group, func(o *work.Opened) bool { return o.Envelope.ID == l.Of.Report })
			known := slices.ContainsFunc(out, func(old likeLine) bool { return old.Of.Report == l.Of.Report })
			if !inside && !known && len(out) < likesShown {
				out = append(out, likeLine{l, o.Envelope.ID, v.desk.Known(l.Of.Report) != nil})
			}
		}
	}
	return out
}

// glance shows a small picture of a file that is open here.
func glance(v *visit) error {
	o := v.desk.Known(keepiton.EnvelopeID(v.r.PathValue("id")))
	n, err := strconv.Atoi(v.r.PathValue("n"))
	if o == nil || err != nil || n < 1 || n > len(o.Files) {
		return keepiton.Errorf(keepiton.NotFound, "there is no such file open here")
	}
	view, err := v.desk.Glance(v.ctx(), o, n)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", view.Pictures[0].MediaType)
	_, err = v.w.Write(view.Pictures[0].Bytes)
	return err
}

// comparing stops the look at pictures, or goes on with it.
func comparing(v *visit) error {
	if v.r.PostForm.Get("do") == "stop" {
		v.desk.StopComparing()
	} else {
		v.desk.Compare()
	}
	return v.to("/")
}
