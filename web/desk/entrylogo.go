package desk

import (
	"io"
	"net/http"
	"slices"
	"strings"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

// entryMedia is where the desk serves the pictures of entries that readers may
// not see yet; web.PreviewMedia is the same.
const entryMedia = "/desk/media/"

// entryPicture is the address of the picture with a hash, at the desk.
func entryPicture(sum string) string { return entryMedia + sum + ".png" }

// takeLogo makes the public picture of the file that a form carries, and writes
// its hash into the form. It is stored at once for an entry that is there, and
// returned for one that has no id yet. nil, nil: no file.
func (v *visit) takeLogo(fields []campaign.Field, ed entryEditing) (*store.MediaFile, error) {
	i := slices.IndexFunc(fields, func(f campaign.Field) bool { return f.Input == campaign.InputMedia })
	if i < 0 {
		return nil, nil
	}
	name := "e." + fields[i].Name()
	if ed.f.get("drop."+fields[i].Name()) != "" {
		delete(ed.f, name)
	}
	sent := ed.f.get(name)
	if stored, err := v.storedLogo(sent, ed); err != nil {
		return nil, err
	} else if !stored {
		delete(ed.f, name) // a hash that this entry's pictures do not have
	}
	if v.r.MultipartForm == nil {
		return nil, nil
	}
	files := v.r.MultipartForm.File["file."+fields[i].Name()]
	if len(files) == 0 || files[0].Size == 0 {
		return nil, nil
	}
	f, err := files[0].Open()
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Internal, "open what was sent: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, campaign.MaxLogo+1))
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Internal, "read what was sent: %w", err)
	}
	v.drawing.Lock() // one at a time: it takes memory
	defer v.drawing.Unlock()
	m, err := campaign.Logo(v.r.Context(), b)
	if err != nil {
		return nil, err
	}
	ed.f[name] = []string{m.SHA256}
	if ed.rev.ID == "" {
		return &m, nil
	}
	m.Subjects = []string{string(ed.rev.ID)}
	return nil, v.opt.Store.PutMedia(v.r.Context(), m)
}

// storedLogo reports whether sum is a picture that was made for this entry, or
// none at all.
func (v *visit) storedLogo(sum string, ed entryEditing) (bool, error) {
	if sum == "" {
		return true, nil
	}
	m, err := v.opt.Store.Media(v.r.Context(), sum)
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return false, nil
	}
	return slices.Contains(m.Subjects, string(ed.rev.ID)), err
}

// entryMediaFile serves a picture of an entry to the staff, and to the people of
// the organization that it is of.
func entryMediaFile(v *visit) error {
	sum, suffix, _ := strings.Cut(v.r.PathValue("file"), ".")
	m, err := v.opt.Store.Media(v.r.Context(), sum)
	if err != nil {
		return err
	}
	own := func(subject string) bool {
		return keepiton.EntryID(subject).Kind() != "" && (v.mayEntries(keepiton.RoleReader) || v.user.Role == keepiton.RoleMember && subject == v.user.Organization)
	}
	if suffix != "png" || m.Type != "image/png" || !slices.ContainsFunc(m.Subjects, own) {
		return notFoundError(v.r.URL.Path)
	}
	h := v.w.Header()
	h.Set("Content-Type", m.Type)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if v.r.Method == http.MethodHead {
		return nil
	}
	_, err = v.w.Write(m.Bytes)
	return err
}
