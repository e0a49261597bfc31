package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
)

// mediaSuffixes are the endings of addresses of public copies.
var mediaSuffixes = map[string]string{"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "application/pdf": "pdf"}

// mediaPrefix begins addresses of public copies. The mux cannot tell it from a
// language, so that ServeHTTP looks for it first.
const mediaPrefix = "/media/"

func mediaAddress(sum, kind string) string { return mediaPrefix + sum + "." + mediaSuffixes[kind] }

// mediaCache is a day: long for who reads on a thin line, and short enough that
// a picture which its teller took back does not live on in caches.
var mediaCache = []string{"public, max-age=86400, immutable"}

// media serves the clean public copy of a picture, while something published
// names it. Everything else is not found.
func (s *Server) media(w http.ResponseWriter, r *http.Request) {
	sum, suffix, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, mediaPrefix), ".")
	missing := keepiton.Errorf(keepiton.NotFound, "no page %s", r.URL.Path)
	if s.opt.Media == nil || len(sum) != 64 {
		s.fail(w, r, missing, 0)
		return
	}
	m, err := s.opt.Media.Media(r.Context(), sum)
	if err == nil && mediaSuffixes[m.Type] != suffix {
		err = missing
	}
	shown := false
	for i := 0; i < len(m.Subjects) && err == nil && !shown; i++ {
		shown, err = s.shows(r, m.Subjects[i], sum)
	}
	if err == nil && !shown {
		err = missing
	}
	if err != nil {
		s.fail(w, r, err, 0)
		return
	}
	h := w.Header()
	secure(h, filePolicy)
	h["Cache-Control"] = mediaCache
	h.Set("Etag", `"`+sum[:24]+`"`)
	if match := r.Header["If-None-Match"]; len(match) > 0 && matches(match, h.Get("Etag")) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", m.Type)
	h.Set("Content-Length", strconv.Itoa(len(m.Bytes)))
	if m.Type == "application/pdf" {
		h.Set("Content-Disposition", `attachment; filename="`+sum[:12]+`.pdf"`)
	}
	if r.Method != http.MethodHead {
		w.Write(m.Bytes)
	}
}

// shows reports whether readers see the picture with the hash in a subject: a
// published story or entry that names it, or an incident with it as an open source.
func (s *Server) shows(r *http.Request, subject, sum string) (bool, error) {
	var err error
	shown := false
	if keepiton.EntryID(subject).Kind() != "" {
		if s.opt.Campaign == nil {
			return false, nil
		}
		var rev keepiton.EntryRevision
		rev, err = s.opt.Campaign.PublicEntry(r.Context(), keepiton.EntryID(subject))
		shown = rev.State == keepiton.Published && entryShows(rev, sum)
	} else if strings.HasPrefix(subject, "KIS-") {
		if s.opt.Stories == nil {
			return false, nil
		}
		var rev keepiton.StoryRevision
		rev, err = s.opt.Stories.Story(r.Context(), keepiton.StoryID(subject))
		shown = rev.Story.State == keepiton.Published && slices.ContainsFunc(rev.Story.Media, func(m keepiton.StoryMedia) bool { return m.SHA256 == sum })
	} else {
		var rev keepiton.Revision
		rev, err = s.opt.Record.Get(r.Context(), keepiton.IncidentID(subject), time.Time{})
		shown = rev.Incident.State == keepiton.Published && slices.ContainsFunc(rev.Incident.Sources, func(src keepiton.Source) bool { return src.SHA256 == sum && !src.Confidential })
	}
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return false, nil
	}
	return shown && err == nil, err
}
