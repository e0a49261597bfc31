package remote

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/casework"
	"keepiton/store"
)

// Options of a handler. Server and Say are required.
type Options struct {
	// Server returns the way of who asks, by the bearer token: Unsigned when it
	// is nobody's.
	Server func(r *http.Request, token string) (casework.Server, error)
	// Say writes an error for a person.
	Say func(r *http.Request, err error) string
	Log *slog.Logger // of our own faults; default: discard
}

// statuses maps codes to HTTP; the client goes by the code in the body.
var statuses = map[keepiton.Code]int{
	keepiton.Invalid: http.StatusUnprocessableEntity, keepiton.NotFound: http.StatusNotFound, keepiton.Conflict: http.StatusConflict,
	keepiton.Forbidden: http.StatusForbidden, keepiton.Unsigned: http.StatusUnauthorized, keepiton.TooLarge: http.StatusRequestEntityTooLarge,
	keepiton.RateLimited: http.StatusTooManyRequests, keepiton.Unavailable: http.StatusServiceUnavailable, keepiton.Internal: http.StatusInternalServerError,
}

// ask is one request with the way of who sent it.
type ask struct {
	casework.Server
	w http.ResponseWriter
	r *http.Request
}

// NewHandler serves everything under Prefix. Its answers are not kept anywhere
// and are for no other site's pages: there is no CORS.
func NewHandler(opt Options) http.Handler {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	mux := http.NewServeMux()
	for pattern, do := range map[string]func(a *ask) error{
		"GET account":                getAccount,
		"POST envelopes/changed":     envelopesChanged,
		"GET envelopes/{id}":         getEnvelope,
		"GET envelopes/{id}/body":    getBody,
		"PUT envelopes/{id}/state":   putState,
		"PUT envelopes/{id}/receipt": putReceipt,
		"POST replies/{lookup}":      postReply,
		"POST papers/changed":        papersChanged,
		"POST papers/read":           readPapers,
		"PUT papers/{id}":            putPaper,
		"DELETE papers/{id}":         deletePaper,
		"GET usage":                  getUsage,
		"POST drafts":                postDraft,
		"POST stories":               postStory,
		"POST organizations":         postOrganization,
		"POST entries":               postEntries,
		"PUT media/{sha256}":         putMedia,
		"POST record":                postRecord,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+Prefix+path, func(w http.ResponseWriter, r *http.Request) { opt.serve(w, r, do) })
	}
	mux.HandleFunc(Prefix, func(w http.ResponseWriter, r *http.Request) {
		opt.serve(w, r, func(*ask) error { return keepiton.Errorf(keepiton.NotFound, "there is nothing here") })
	})
	return mux
}

func (opt Options) serve(w http.ResponseWriter, r *http.Request, do func(a *ask) error) {
	w.Header().Set("Cache-Control", "no-store")
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		token = ""
	}
	server, err := opt.Server(r, token)
	if err == nil {
		err = do(&ask{server, w, r})
	}
	if err == nil {
		return
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		err = keepiton.Errorf(keepiton.TooLarge, "the request is larger than %d bytes", large.Limit)
	}
	code := keepiton.CodeOf(err)
	if code == keepiton.Internal || code == keepiton.Unavailable {
		opt.Log.ErrorContext(r.Context(), "desk request failed", "route", r.Pattern, "error", err)
	}
	if code == keepiton.Unsigned {
		w.Header().Set("WWW-Authenticate", "Bearer") // RFC 6750, section 3
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(statuses[code])
	_ = json.NewEncoder(w).Encode(Problem{code, opt.Say(r, err)})
}

// answer writes v as JSON, compressed where the client takes it.
func (a *ask) answer(v any) error {
	h := a.w.Header()
	h.Set("Content-Type", "application/json")
	if !strings.Contains(a.r.Header.Get("Accept-Encoding"), "gzip") {
		return json.NewEncoder(a.w).Encode(v)
	}
	h.Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(a.w)
	return errors.Join(json.NewEncoder(z).Encode(v), z.Close())
}

// read reads a JSON request.
func (a *ask) read(v any) error {
	d := json.NewDecoder(http.MaxBytesReader(a.w, a.r.Body, maxAsk))
	if err := d.Decode(v); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return err
		}
		return keepiton.Errorf(keepiton.Invalid, "the request is not the JSON that is asked for here: %w", err)
	}
	return nil
}

// octets reads a request that is bytes, at most so many.
func (a *ask) octets(most int64) ([]byte, error) {
	return io.ReadAll(http.MaxBytesReader(a.w, a.r.Body, most))
}

func (a *ask) id() keepiton.EnvelopeID { return keepiton.EnvelopeID(a.r.PathValue("id")) }

func (a *ask) done() error {
	a.w.WriteHeader(http.StatusNoContent)
	return nil
}

func getAccount(a *ask) error {
	who, err := a.Account(a.r.Context())
	if err != nil {
		return err
	}
	return a.answer(account(who))
}

func getEnvelope(a *ask) error {
	e, err := a.Envelope(a.r.Context(), a.id())
	if err != nil {
		return err
	}
	return a.answer(toWire(e))
}

// getBody streams a body, from an offset when one is asked for (RFC 9110,
// section 14.2, one open range). Its digest goes with it (RFC 9530).
func getBody(a *ask) error {
	ctx := a.r.Context()
	e, err := a.Envelope(ctx, a.id())
	if err != nil {
		return err
	}
	from, err := offset(a.r.Header.Get("Range"), e.Size)
	if err != nil {
		return err
	}
	body, err := a.Body(ctx, e.ID)
	if err != nil {
		return err
	}
	defer body.Close()
	if _, err := io.CopyN(io.Discard, body, from); err != nil {
		return keepiton.Errorf(keepiton.Internal, "body of %s: %w", e.ID, err)
	}
	h := a.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Length", strconv.FormatInt(e.Size-from, 10))
	h.Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(e.Digest[:])+":")
	h.Set("X-KeepItOn-Size", strconv.FormatInt(e.Size, 10))
	if from > 0 {
		h.Set("Content-Range", "bytes "+strconv.FormatInt(from, 10)+"-"+strconv.FormatInt(e.Size-1, 10)+"/"+strconv.FormatInt(e.Size, 10))
		a.w.WriteHeader(http.StatusPartialContent)
	}
	if _, err := io.Copy(a.w, body); err != nil {
		panic(http.ErrAbortHandler) // the client must see that it was cut, not a short body that looks whole
	}
	return nil
}

func offset(header string, size int64) (int64, error) {
	if header == "" {
		return 0, nil
	}
	text, ok := strings.CutPrefix(header, "bytes=")
	text, ok2 := strings.CutSuffix(text, "-")
	n, err := strconv.ParseInt(text, 10, 64)
	if !ok || !ok2 || err != nil || n < 0 || n >= size {
		return 0, keepiton.Errorf(keepiton.Invalid, "the range is not bytes=N- within the body")
	}
	return n, nil
}

func putState(a *ask) error {
	var in stateAsk
	if err := a.read(&in); err != nil {
		return err
	}
	if err := a.SetState(a.r.Context(), a.id(), in.State); err != nil {
		return err
	}
	return a.done()
}

func putReceipt(a *ask) error {
	var in receipt
	if err := a.read(&in); err != nil {
		return err
	}
	if err := a.Register(a.r.Context(), a.id(), keepiton.ReceiptAddress(in)); err != nil {
		return err
	}
	return a.done()
}

func postReply(a *ask) error {
	sealed, err := a.octets(store.MaxReplyBytes)
	if err == nil {
		err = a.PutReply(a.r.Context(), a.r.PathValue("lookup"), sealed)
	}
	if err != nil {
		return err
	}
	return a.done()
}

func putPaper(a *ask) error {
	q := a.r.URL.Query()
	base, err := number(q, "base", math.MaxInt32)
	if err != nil {
		return err
	}
	a.patience()
	sealed, err := a.octets(store.MaxPaper)
	if err != nil {
		return err
	}
	version, err := a.PutPaper(a.r.Context(), store.Paper{ID: a.r.PathValue("id"), Kind: q.Get("kind"), About: keepiton.EnvelopeID(q.Get("about")), Sealed: sealed}, base)
	if err != nil {
		return err
	}
	return a.answer(versionAnswer{version})
}

func deletePaper(a *ask) error {
	if err := a.DeletePaper(a.r.Context(), a.r.PathValue("id")); err != nil {
		return err
	}
	return a.done()
}

func getUsage(a *ask) error {
	usage, err := a.Usage(a.r.Context())
	if err != nil {
		return err
	}
	return a.answer(usage)
}

func postDraft(a *ask) error {
	var in draftAsk
	if err := a.read(&in); err != nil {
		return err
	}
	if in.Incident == nil {
		return keepiton.Errorf(keepiton.Invalid, "there is no incident in the request")
	}
	rev, err := a.Draft(a.r.Context(), in.Incident, in.Reason)
	if err != nil {
		return err
	}
	return a.answer(rev)
}

func postStory(a *ask) error {
	var in storyAsk
	if err := a.read(&in); err != nil {
		return err
	}
	if in.Story == nil {
		return keepiton.Errorf(keepiton.Invalid, "there is no story in the request")
	}
	rev, err := a.DraftStory(a.r.Context(), in.Story, in.Reason)
	if err != nil {
		return err
	}
	return a.answer(rev)
}

func postOrganization(a *ask) error {
	var in organizationAsk
	if err := a.read(&in); err != nil {
		return err
	}
	if in.Organization == nil {
		return keepiton.Errorf(keepiton.Invalid, "there is no organization in the request")
	}
	rev, err := a.DraftOrganization(a.r.Context(), in.Organization, in.Reason)
	if err != nil {
		return err
	}
	return a.answer(rev)
}

func postEntries(a *ask) error {
	var q store.EntryQuery
	if err := a.read(&q); err != nil {
		return err
	}
	found, err := a.Entries(a.r.Context(), q)
	if err != nil {
		return err
	}
	return a.answer(found)
}

// slowLine is how long a picture or paper may take to come: longer than a form.
const slowLine = 10 * time.Minute

func putMedia(a *ask) error {
	a.patience()
	content, err := a.octets(store.MaxMedia)
	if err != nil {
		return err
	}
	q := a.r.URL.Query()
	err = a.PutMedia(a.r.Context(), store.MediaFile{SHA256: a.r.PathValue("sha256"), Type: q.Get("type"), Subjects: q["subject"], Bytes: content})
	if err != nil {
		return err
	}
	return a.done()
}

// patience gives the request more time than a server gives a form.
func (a *ask) patience() {
	_ = http.NewResponseController(a.w).SetReadDeadline(time.Now().Add(slowLine)) // not every connection can
}

func postRecord(a *ask) error {
	var q store.Query
	if err := a.read(&q); err != nil {
		return err
	}
	found, err := a.Record(a.r.Context(), q)
	if err != nil {
		return err
	}
	return a.answer(found)
}
