package web

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"keepiton"
	"keepiton/kit"
)

// kitZIP is where the whole kit in a language lies, after the language.
const kitZIP = "/kit.zip"

// kitZIPs keeps the newest archive of each language, in a file that has no name and
// goes with the process: some five megabytes would be too much for the memory. One
// is built at a time.
type kitZIPs struct {
	mu    sync.Mutex
	built map[string]*kitArchive // by language
}

// kitArchive is an archive that was built. Its file is closed once nobody reads it.
type kitArchive struct {
	sum  string // of all that is in it, see kitContents
	file *os.File
	size int64
}

// kitItem is one picture of the archive with the formats it comes in.
type kitItem struct {
	piece   kit.Piece
	formats []kit.Format
}

// archived are the formats of a shape in the archive: the drawing that can be
// changed, and the file that is used.
func archived(shape kit.Shape) []kit.Format {
	if shape.Size().Millimetres > 0 {
		return []kit.Format{kit.SVG, kit.PDF}
	}
	return []kit.Format{kit.SVG, kit.PNG}
}

// kitContents lists what belongs into the archive of the visit's language, and a
// sum over all of it. Templates that say nothing without the record are filled with
// its newest incident and the year before this one.
func (s *Server) kitContents(v *visit) (items []kitItem, sum string, err error) {
	h := sha256.New()
	io.WriteString(h, s.kitReadme(v))
	for _, t := range kit.Templates() {
		filledIn, err := s.examplePiece(v, t)
		if err != nil {
			return nil, "", err
		}
		if !filled(t, filledIn) {
			continue // the record has nothing that fills it
		}
		filledIn.Link = s.siteAddress("")
		if s.opt.BaseURL != "" {
			filledIn.Source = s.opt.BaseURL + "/" + v.p.Lang().Tag + "/kit/" + t.ID
		}
		for _, shape := range t.Shapes {
			p := filledIn
			if p.Shape = shape; shape == kit.A3 { // the PDF of A4 is the same drawing
				items = append(items, kitItem{p, []kit.Format{kit.PDF}})
			} else {
				items = append(items, kitItem{p, archived(shape)})
			}
			io.WriteString(h, p.Key(kit.PDF))
		}
	}
	return items, hex.EncodeToString(h.Sum(nil)[:12]), nil
}

// kitReadme is the text that explains the archive.
func (s *Server) kitReadme(v *visit) string {
	at := s.siteAddress("/" + v.p.Lang().Tag + "/kit")
	parts := []string{v.p.T("page.kit.title") + " – #KeepItOn", v.p.T("page.kit.lead")}
	if v.sample {
		parts = append(parts, v.p.T("page.sample.title")+" "+v.p.T("page.sample.text"))
	}
	parts = append(parts, v.p.T("page.kit.zip.files"), v.p.T("page.kit.zip.alt"), v.p.T("page.kit.licence")+" "+kit.LicenseName+"\n"+kit.License)
	if at != "" {
		parts = append(parts, v.p.T("page.kit.zip.more")+" "+at)
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// write writes the archive: the same items give the same bytes. A picture at a time
// is in memory, and each is drawn in turn with those that others ask for.
func (s *Server) writeKit(ctx context.Context, w io.Writer, v *visit, items []kitItem) error {
	folder := "keepiton-kit-" + v.p.Lang().Tag + "/"
	z := zip.NewWriter(w)
	add := func(name string, data []byte, method uint16) error {
		// The day on which a file was made is no part of it: 1980 is the first that
		// the format knows.
		f, err := z.CreateHeader(&zip.FileHeader{Name: folder + name, Method: method, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err == nil {
			_, err = f.Write(data)
		}
		return err
	}
	var alt strings.Builder
	for _, item := range items {
		fmt.Fprintf(&alt, "%s\n%s\n\n", strings.TrimSuffix(item.piece.Name(""), "."), kit.Alt(item.piece, v.p))
	}
	if err := add("README.txt", []byte(s.kitReadme(v)), zip.Deflate); err != nil {
		return err
	}
	if err := add("ALT.txt", []byte(alt.String()), zip.Deflate); err != nil {
		return err
	}
	for _, item := range items {
		for _, f := range item.formats {
			done, err := drawings.wait(ctx)
			if err != nil {
				return err
			}
			data, err := rendered(item.piece, f)
			if done(); err != nil {
				return fmt.Errorf("%s: %w", item.piece.Name(f), err)
			}
			method := zip.Deflate
			if f == kit.PNG {
				method = zip.Store
			}
			if err := add(string(f)+"/"+item.piece.Name(f), data, method); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

// archive returns the archive of the visit's language, built unless what is in it
// is what the last one had.
func (s *Server) archive(v *visit) (*kitArchive, error) {
	items, sum, err := s.kitContents(v)
	if err != nil {
		return nil, err
	}
	lang := v.p.Lang().Tag
	s.zips.mu.Lock()
	defer s.zips.mu.Unlock()
	if a := s.zips.built[lang]; a != nil && a.sum == sum {
		return a, nil
	}
	f, err := os.CreateTemp("", "keepiton-kit-*.zip")
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "no place for the archive of the kit: %w", err)
	}
	os.Remove(f.Name()) // it lives as long as somebody has it open
	// Who asked first may leave: others wait for the same.
	if err := s.writeKit(context.WithoutCancel(v.ctx), f, v, items); err != nil {
		f.Close()
		return nil, err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		f.Close()
		return nil, err
	}
	a := &kitArchive{sum, f, size}
	if s.zips.built == nil {
		s.zips.built = map[string]*kitArchive{}
	}
	s.zips.built[lang] = a
	return a, nil
}

// kitArchived serves the archive. A download that broke off goes on where it was.
func (s *Server) kitArchived(w http.ResponseWriter, r *http.Request) {
	if !isLanguage(r.PathValue("lang")) {
		s.elsewhere(w, r)
		return
	}
	v, err := s.newVisit(r, "", s.opt.Now().UTC().Truncate(24*time.Hour))
	var a *kitArchive
	if err == nil {
		v.query, v.asOf, v.now = url.Values{}, time.Time{}, keepiton.AsOf(v.today)
		a, err = s.archive(v)
	}
	if err != nil {
		s.fail(w, r, err, 0)
		return
	}
	h := w.Header()
	secure(h, filePolicy)
	h["Cache-Control"] = pictureCache
	h.Set("Etag", `"`+a.sum+`"`)
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="keepiton-kit-`+v.p.Lang().Tag+`.zip"`)
	http.ServeContent(w, r, "", time.Time{}, io.NewSectionReader(a.file, 0, a.size))
}
