package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"keepiton"
	"keepiton/count"
	"keepiton/export"
	"keepiton/signals"
	"keepiton/store"
)

// Prefix is where the API stands. Paths below it are stable; what would break
// a client gets another prefix.
const Prefix = "/api/v1"

// Record is what the API asks of a store.
type Record interface {
	Get(ctx context.Context, id keepiton.IncidentID, asOf time.Time) (keepiton.Revision, error)
	List(ctx context.Context, q store.Query) (store.Page, error)
	Revisions(ctx context.Context, id keepiton.IncidentID) ([]keepiton.Revision, error)
	Revision(ctx context.Context, id keepiton.IncidentID, n int) (keepiton.Revision, error)
	Changes(ctx context.Context, cursor string, limit int) (revs []keepiton.Revision, next string, err error)
	Cases(ctx context.Context, asOf time.Time, yield func(c *count.Case) error) error
	Version(ctx context.Context) (uint64, error)
	Editions(ctx context.Context) ([]store.Edition, error)
}

// Options say what an API is made of. Store is required.
type Options struct {
	Store   Record
	Now     func() time.Time // nil: time.Now
	BaseURL string           // public address without a slash at its end, for links; empty: no links
	Signals *signals.Board   // what instruments saw; nil: nothing is measured here
	Sample  bool             // made-up data: every answer says so in a header and where it has a place for it
	Log     *slog.Logger     // nil: nothing is logged
}

// Server answers the API. It is safe for many goroutines.
type Server struct {
	opt     Options
	mux     *http.ServeMux
	openAPI *huma.OpenAPI

	mu   sync.Mutex
	seen moment
}

// moment is a state of the record: its version, and since when this process
// knows that nothing newer is in it. "Now" in an answer is that moment, so that
// the same version gives the same bytes until the day ends.
type moment struct {
	version uint64
	signals uint64 // version of what instruments saw; of requests for that alone
	at      time.Time
}

// New returns the handler of everything under /api/.
func New(opt Options) *Server {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	opt.BaseURL = strings.TrimRight(opt.BaseURL, "/")
	s := &Server{opt: opt, mux: http.NewServeMux()}
	config := huma.DefaultConfig("KeepItOn: record of internet shutdowns", "1.0.0")
	config.Info.Description = description
	config.Info.License = &huma.License{Name: export.Licence, URL: export.LicenceURL}
	config.OpenAPIPath = Prefix + "/openapi"
	config.DocsPath, config.SchemasPath, config.CreateHooks = "", "", nil // the docs page would load a script from elsewhere
	config.Formats = map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat}
	config.RejectUnknownQueryParameters = true
	if opt.BaseURL != "" {
		config.Servers = []*huma.Server{{URL: opt.BaseURL}}
	}
	api := humago.New(s.mux, config)
	s.openAPI = api.OpenAPI()
	x := s.examples()
	s.incidentRoutes(api, x)
	s.revisionRoutes(api, x)
	s.countRoutes(api, x)
	s.changeRoutes(api, x)
	s.bookRoutes(api, x)
	s.disruptionRoutes(api, x)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		problem(w, http.StatusNotFound, "there is nothing at "+r.URL.Path+"; "+Prefix+"/openapi.json lists what there is")
	})
	return s
}

const description = `The record of internet shutdowns of the #KeepItOn coalition. Reads need no key. Lists are paged by cursor: follow the Link header with rel="next", or pass "next" back as cursor.

Empty is not "unknown", and neither is "no": an answer is absent (not asked), unknown, no or yes. A missing end is not an end. One incident may be several instances: a count names its rule.

Send the ETag of an answer back in If-None-Match to get 304 while nothing has changed. Errors are application/problem+json (RFC 9457).`

// state returns the moment of the record that answers are given for.
func (s *Server) state(ctx context.Context) (moment, error) {
	version, err := s.opt.Store.Version(ctx)
	if err != nil {
		return moment{}, err
	}
	now := s.opt.Now().UTC().Truncate(time.Second)
	s.mu.Lock()
	defer s.mu.Unlock()
	const day = 24 * time.Hour
	if s.seen.at.IsZero() || s.seen.version != version || !s.seen.at.Truncate(day).Equal(now.Truncate(day)) {
		s.seen = moment{version: version, at: now}
	}
	return s.seen, nil
}

type stateKey struct{}

// at returns the moment of the request's record, which ServeHTTP put there, or
// the day asked for.
func at(ctx context.Context, asOf time.Time) time.Time {
	if !asOf.IsZero() {
		return asOf
	}
	m, _ := ctx.Value(stateKey{}).(moment)
	return m.at
}
