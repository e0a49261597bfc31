package web

import (
	"context"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/count"
	"keepiton/export"
	"keepiton/intake"
	"keepiton/notify"
	"keepiton/seal"
	"keepiton/signals"
	"keepiton/store"
)

// Record is what the site asks of a store: it reads, and never writes.
type Record interface {
	Get(ctx context.Context, id keepiton.IncidentID, asOf time.Time) (keepiton.Revision, error)
	List(ctx context.Context, q store.Query) (store.Page, error)
	Revisions(ctx context.Context, id keepiton.IncidentID) ([]keepiton.Revision, error)
	Revision(ctx context.Context, id keepiton.IncidentID, n int) (keepiton.Revision, error)
	Between(ctx context.Context, from, to time.Time, yield func(before, after *keepiton.Revision) error) error
	Cases(ctx context.Context, asOf time.Time, yield func(c *count.Case) error) error
	Version(ctx context.Context) (uint64, error)
	Editions(ctx context.Context) ([]store.Edition, error)
}

// Options say what a site is made of. Record is required.
type Options struct {
	Record  Record
	Now     func() time.Time // nil: time.Now
	BaseURL string           // public address without a slash at its end, for citations and feeds, such as https://keepiton.example
	Onion   string           // address of the onion service as OnionURL returns it, for senders and Tor Browser; empty: none
	Sample  bool             // the made-up world: every page and export says so
	Copy    bool             // the pages are for a copy to be carried: lists are longer, and no page says that this site takes nothing
	Log     *slog.Logger     // nil: nothing is logged

	// STOP writes STOP's old layouts, which package stop knows; nil: they are
	// not offered.
	STOP export.Layouts

	// Stories holds the stories; nil: the pages invite to share one. Media holds
	// their pictures and those of incidents; nil: none is shown.
	Stories interface {
		Story(ctx context.Context, id keepiton.StoryID) (keepiton.StoryRevision, error)
		ListStories(ctx context.Context, q store.StoryQuery) (store.StoryPage, error)
	}
	Media interface {
		Media(ctx context.Context, sha256 string) (store.MediaFile, error)
	}

	// Campaign holds organizations, pledges, watch items, petitions, letters and
	// statements; nil: the site has no such pages.
	Campaign Campaign

	// Changes feeds the lists of the campaign; nil: there are no such feeds. Alerts
	// is what was announced, and Tell what an alert says in a language, see
	// notify.Notifier; nil: no feeds of alerts and no CAP.
	Changes Changes
	Alerts  Alerts
	Tell    func(ctx context.Context, a *keepiton.Alert, lang string) (*notify.Told, error)

	// Book takes subscriptions to alerts; nil: there are feeds alone. Accounts are
	// those of the campaign elsewhere that tell of alerts.
	Book     *notify.Book
	Accounts []Account

	// Signatures tells which organizations stand under a letter; nil: letters show
	// the names that are written in them alone.
	Signatures interface {
		LetterSigners(ctx context.Context, letter keepiton.EntryID) ([]keepiton.LetterSigner, error)
	}

	// Petitions counts and takes signatures under petitions; nil: nobody can sign
	// here, and no number is shown.
	Petitions *campaign.Petitioning

	// Recipients returns the keys that reports are sealed to. nil: the site takes
	// no reports.
	Recipients func() (*seal.Recipients, error)

	// Press is how journalists reach the campaign. Early holds the links by which
	// they read a statement before its embargo ends; nil: there are none.
	Press PressDesk
	Early interface {
		EarlyLink(ctx context.Context, token [32]byte) (keepiton.EarlyLink, error)
	}

	// CacheBytes bounds the memory for compressed answers; 0 means 64 MiB. Pictures
	// of the kit have a quarter as much beside it.
	CacheBytes int64
	// Fresh is how long a version of the record is trusted without asking the
	// store again; 0 means 100 ms. [Server.Expire] ends it at once.
	Fresh time.Duration
	// Linked names the parts of the site beside the pages that exist: desk, api.
	// Pages link only to what is there.
	Linked map[string]string

	// Intake takes what people send; nil: the forms say that this site takes
	// nothing.
	Intake *intake.Intake

	// Contact is who hears of a weakness of the site, a mail address or a URI, for
	// /.well-known/security.txt (RFC 9116); empty: there is no such file. It is
	// good until ContactExpires; zero: 90 days from any day on which it is read.
	Contact        string
	ContactExpires time.Time

	// Signals is what instruments saw; nil: pages say that nothing is measured here.
	Signals *signals.Board

	preview bool // see Server.Preview
}

// Account is one of the campaign on another network.
type Account struct{ Name, URL string }

// Server answers the public site.
type Server struct {
	opt       Options
	mux       *http.ServeMux
	templates map[string]*template.Template
	cache     *pageCache
	pictures  *pageCache // of the kit: a flood of them drives no page out
	zips      kitZIPs
	scripts   kept
	words     kept
	carried   kept

	version atomic.Pointer[seenVersion]

	where showsIndex
	pages []string // see Pages

	indexing sync.Mutex
	indexes  map[indexKey]recordIndex
}

type seenVersion struct {
	version uint64
	until   time.Time
}

// New returns the site. It fails only when a template of the program itself
// is broken, which a test excludes.
func New(opt Options) (*Server, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.CacheBytes == 0 {
		opt.CacheBytes = 64 << 20
	}
	if opt.Fresh == 0 {
		opt.Fresh = 100 * time.Millisecond
	}
	opt.BaseURL = strings.TrimSuffix(opt.BaseURL, "/")
	tmpl, err := parsedTemplates()
	if err != nil {
		return nil, err
	}
	s := &Server{opt: opt, templates: tmpl, cache: newPageCache(opt.CacheBytes), pictures: newPageCache(opt.CacheBytes / 4)}
	s.mux, s.pages = s.routes(), Pages()
	return s, nil
}

// Expire makes the next request ask the store for its version. Whoever changes
// the record in this process calls it, so that the change is seen at once.
func (s *Server) Expire() { s.version.Store(nil) }

// recordVersion returns the version of the record, at most Fresh old.
func (s *Server) recordVersion(ctx context.Context, now time.Time) (uint64, error) {
	if v := s.version.Load(); v != nil && now.Before(v.until) {
		return v.version, nil
	}
	n, err := s.opt.Record.Version(ctx)
	if err != nil {
		return 0, err
	}
	s.version.Store(&seenVersion{n, now.Add(s.opt.Fresh)})
	return n, nil
}
