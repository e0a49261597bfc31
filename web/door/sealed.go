package door

import (
	"net/http"
	"regexp"
	"strconv"

	"keepiton"
	"keepiton/intake"
)

// The headers that let a submission into a lane of its own.
const (
	headerToken = "X-KeepItOn-Token"
	headerWork  = "X-KeepItOn-Work"
)

func (d *door) pass(r *http.Request) intake.Pass {
	return d.Intake.Admit(r.Context(), intake.Shown{Token: r.Header.Get(headerToken), Work: r.Header.Get(headerWork), Onion: ThroughOnion(r.Context())})
}

// taken is the answer to a report that is durable.
type taken struct {
	State string        `json:"state"`
	Lane  keepiton.Lane `json:"lane,omitempty"`
}

// sealed takes a whole container.
func (d *door) sealed(w http.ResponseWriter, r *http.Request) error {
	if err := d.Intake.Ready(); err != nil {
		return err
	}
	if r.ContentLength > intake.MaxContainer {
		return keepiton.Errorf(keepiton.TooLarge, "a sealed report has at most %d bytes", intake.MaxContainer)
	}
	if _, err := d.Intake.Take(r.Context(), d.pass(r), r.Body); err != nil {
		return err
	}
	return answer(w, taken{State: "accepted"})
}

// begin starts a container that arrives in pieces.
func (d *door) begin(w http.ResponseWriter, r *http.Request) error {
	if err := d.Intake.Ready(); err != nil {
		return err
	}
	var in struct {
		Size int64 `json:"size"`
	}
	if err := read(r, &in); err != nil {
		return err
	}
	id, err := d.Intake.BeginUpload(r.Context(), d.pass(r), in.Size)
	if err != nil {
		return err
	}
	w.Header().Set("Location", Prefix+"uploads/"+id)
	w.Header().Set("Upload-Offset", "0")
	write(w, "application/json", http.StatusCreated, map[string]string{"id": id})
	return nil
}

var uploadID = regexp.MustCompile(`^[0-9a-f]{32}$`)

func upload(r *http.Request) (string, error) {
	id := r.PathValue("id")
	if !uploadID.MatchString(id) {
		return "", keepiton.Errorf(keepiton.NotFound, "no such upload")
	}
	return id, nil
}

// end tells how much of an upload has arrived.
func (d *door) end(w http.ResponseWriter, r *http.Request) error {
	id, err := upload(r)
	if err != nil {
		return err
	}
	end, size, err := d.Intake.UploadEnd(r.Context(), id)
	if err != nil {
		return err
	}
	w.Header().Set("Upload-Offset", strconv.FormatInt(end, 10))
	w.Header().Set("Upload-Length", strconv.FormatInt(size, 10))
	w.WriteHeader(http.StatusOK)
	return nil
}

// piece adds to an upload where it stands. The header Upload-Offset is that of
// draft-ietf-httpbis-resumable-upload and of tus 1.0.
func (d *door) piece(w http.ResponseWriter, r *http.Request) error {
	id, err := upload(r)
	if err != nil {
		return err
	}
	offset, err := strconv.ParseInt(r.Header.Get("Upload-Offset"), 10, 64)
	if err != nil || offset < 0 {
		return keepiton.Errorf(keepiton.Invalid, "the header Upload-Offset is not a number of bytes")
	}
	end, err := d.Intake.AppendUpload(r.Context(), id, offset, r.Body)
	if code := keepiton.CodeOf(err); err == nil || code == keepiton.Conflict || intake.Lost(err) {
		w.Header().Set("Upload-Offset", strconv.FormatInt(end, 10))
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// finish takes what was uploaded.
func (d *door) finish(w http.ResponseWriter, r *http.Request) error {
	id, err := upload(r)
	if err != nil {
		return err
	}
	if err := d.Intake.FinishUpload(r.Context(), id, d.pass(r)); err != nil {
		return err
	}
	return answer(w, taken{State: "accepted"})
}
