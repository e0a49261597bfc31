// Package store is the contract of the record's storage. The engines stand in
// subfolders: sqlite (the embedded default) and postgres; both run one SQL body
// and one conformance suite, storetest.
//
// Promises that every method keeps:
//
//   - What a method has acknowledged survives a killed process and a cut of
//     power; what it has not acknowledged is there whole or not at all.
//   - Errors carry a keepiton.Code: NotFound, Conflict, Invalid, TooLarge, or
//     Unavailable when the engine could not be asked.
//   - Revisions are never changed or removed once acknowledged, except by
//     ApplyImport with Rewrite, which a record allows only until its ids are
//     public (see Meta "ids_public_since").
//   - Times are UTC, cut to the second.
//   - A context that ends, ends the call.
package store

import (
	"context"
	"time"

	"keepiton"
	"keepiton/count"
)

// Store is a whole engine. Callers outside cmd ask for the narrow interface
// that they need.
type Store interface {
	Incidents
	Editions
	Accounts
	Desk
	Stories
	Entries
	Signatures
	PressLinks
	Petitions
	Alerts
	Disruptions
	Media
	Meta
	Close() error
}

// Incidents holds the incidents and their revisions.
type Incidents interface {
	// Get returns the revision of id in force at asOf; the zero time is now,
	// which is the revision with the greatest Recorded.
	// NotFound when the incident did not exist then. A merged incident is
	// returned as such: the caller redirects.
	Get(ctx context.Context, id keepiton.IncidentID, asOf time.Time) (keepiton.Revision, error)

	// List returns one page of the incidents that match q.
	List(ctx context.Context, q Query) (Page, error)

	// Revisions returns all revisions of id, oldest (Recorded, N) first,
	// without their Incident.
	Revisions(ctx context.Context, id keepiton.IncidentID) ([]keepiton.Revision, error)

	// Revision returns revision n of id.
	Revision(ctx context.Context, id keepiton.IncidentID, n int) (keepiton.Revision, error)

	// Append adds revisions, all or none. It sets N, computes Changes against
	// the revision before (of the first that readers see the state alone, for
	// they never saw the draft), and returns what it stored, in order. An Edit with
	// an empty id creates an incident and allocates the next number of its
	// start year (of the year of Recorded when it has no start); one with an
	// id that is free and Base 0 creates it under that id. Conflict when an
	// Edit's Base is no longer the revision in force now, or when it would make
	// a draft of what was public. A Recorded earlier than that of the revision
	// in force is raised to it: a clock set back must not hide an edit. Invalid
	// for bytes that are no UTF-8, for NUL in Author or Reason, and for no
	// Recorded; TooLarge beyond 4 MiB for an incident, 32 MiB for its rows.
	Append(ctx context.Context, edits ...Edit) ([]keepiton.Revision, error)

	// Changes returns revisions of public incidents in the order they were
	// stored, after the cursor, at most limit, and the cursor to go on with.
	// The empty cursor is the beginning. A withdrawn or merged incident shows
	// as the revision that made it so: a tombstone.
	Changes(ctx context.Context, cursor string, limit int) (revs []keepiton.Revision, next string, err error)

	// Between calls yield for each public incident whose state at from
	// differs from its state at to, in id order; before is nil when it did not
	// exist, or was not public, at from. Cells of rows are left out.
	Between(ctx context.Context, from, to time.Time, yield func(before, after *keepiton.Revision) error) error

	// Cases calls yield for each incident that is public at asOf (zero: now),
	// in id order. The case is reused: copy what must last.
	Cases(ctx context.Context, asOf time.Time, yield func(c *count.Case) error) error

	// Version grows with every change of the record; it makes ETags.
	Version(ctx context.Context) (uint64, error)
}

// Edit is one revision to be stored.
type Edit struct {
	ID   keepiton.IncidentID // empty: a new incident
	Base int                 // N of the revision that was edited; 0 for a new incident
	N    int                 // the N that the revision must get, Conflict otherwise; 0: the next
	Rev  keepiton.Revision   // N and Changes are ignored
}

// Sort is an order of a list.
type Sort string

// The orders. Ties are broken by id, so that paging never skips or repeats.
const (
	NewestFirst     Sort = ""        // by start, latest first
	OldestFirst     Sort = "start"   // by start, earliest first
	RecentlyChanged Sort = "changed" // by Recorded, latest first
	ByID            Sort = "id"
)

// Query selects incidents. Within a field values are alternatives; fields
// narrow each other. Codes are those of the root package.
//
// Text finds words, all of which must be there; "words in quotes" stand side by
// side. A word is found with or without a plural s; where nothing is found so,
// by its beginning; in Arabic, Amharic and other scripts than Latin also inside
// other words.
type Query struct {
	AsOf      time.Time        // zero: now
	States    []keepiton.State // empty: published only
	Countries []string         // ISO 3166-1 alpha-2
	Places    []string         // ISO 3166-2
	Regions   []string
	Years     []int // active in the year, or counted for it by a sheet
	Causes    []string
	Kinds     []string
	Extents   []string
	Networks  []string // mobile, fixed, satellite, sms, voice: answered yes
	Services  []string // answered yes
	Scopes    []string
	Bodies    []string
	Status    []keepiton.EndState // of the incident's End
	Levels    []keepiton.Level
	Text      string // full-text search in all seven languages
	Sort      Sort
	Cursor    string // from Page.Next or Page.Prev
	Limit     int    // 1 to 1000; 0 means 50
	Rows      bool   // with the cells of Incident.Rows; they are left out otherwise
}

// Page is one page of a list. Next and Prev are empty at the ends. Total is
// exact.
type Page struct {
	Items      []keepiton.Revision // without Changes
	Next, Prev string
	Total      int
}

// Edition is a published snapshot as it was imported. Payload is the
// importer's own encoding of every row; the store does not look inside.
type Edition struct {
	Name      string
	Published time.Time // the day, 00:00 UTC
	Covers    []int     // count years
	SHA256    string    // over the imported files, in order of their own hashes
	Payload   []byte
	Report    []byte // the import report, JSON
}

// Link ties a row of an edition to an incident and says why.
type Link struct {
	Edition, File, Sheet string
	Row                  int
	Incident             keepiton.IncidentID
	Score                float64 // 0..1
	Reasons              []string
}

// Ambiguity is a question for the desk that an import left open: the incidents
// that may be the same, or a row that may belong to several.
type Ambiguity struct {
	ID         int64
	Kind       string // match, duplicate, conflict
	Edition    string
	Incident   keepiton.IncidentID // made or kept for the row meanwhile
	Candidates []Candidate
	Resolved   time.Time // zero: open
	Resolution string
	By         string
}

// Candidate is an incident that an Ambiguity may be about.
type Candidate struct {
	Incident keepiton.IncidentID `json:"incident"`
	Score    float64             `json:"score"`
	Reasons  []string            `json:"reasons"`
}

// Unmapped is a spelling that an import could not resolve.
type Unmapped struct {
	Kind     string // place, value
	Column   string
	Country  string // ISO code where known; for places
	Words    string
	Count    int
	Resolved time.Time
	Answer   string // what a person mapped it to
}

// Import is everything an import changes, applied in one transaction.
type Import struct {
	Rewrite     bool // drop all revisions of Role import first; only while no id is public and no person has edited
	Edition     Edition
	Incidents   []ImportedIncident
	Links       []Link
	Ambiguities []Ambiguity
	Unmapped    []Unmapped
	Proposals   []Proposal // what may not change by itself; their ID is given by the store
}

// ImportedIncident is the revisions to be added to one incident. A revision
// older than those that stand takes its place before them.
type ImportedIncident struct {
	ID        keepiton.IncidentID // always set; made if it is free
	Revisions []keepiton.Revision // N and Changes are set by the store
}

// Editions holds the imported editions.
type Editions interface {
	// Editions returns all editions in order of Published, then Name.
	Editions(ctx context.Context) ([]Edition, error)
	// Links returns every link of every edition.
	Links(ctx context.Context) ([]Link, error)
	// ApplyImport stores an import, all or nothing. An edition of the same
	// name is replaced when Published agrees, Conflict otherwise. Conflict as
	// well for a revision that readers would see and that rests on reports, or
	// takes them away from what did: only people may do that.
	ApplyImport(ctx context.Context, imp Import) error
}

// Meta is a small set of named texts about the record.
type Meta interface {
	// Meta returns the text under key, empty when there is none.
	Meta(ctx context.Context, key string) (string, error)
	// SetMeta stores text under key; an empty text removes it.
	SetMeta(ctx context.Context, key, text string) error
}

// Desk holds the questions that wait for people.
type Desk interface {
	Ambiguities(ctx context.Context, open bool, limit int) ([]Ambiguity, error)
	ResolveAmbiguity(ctx context.Context, id int64, resolution, by string, at time.Time) error
	Unmapped(ctx context.Context, open bool, limit int) ([]Unmapped, error)
	ResolveUnmapped(ctx context.Context, kind, column, country, words, answer string, at time.Time) error

	// Approve records that account approves revision n of id, once; Approvals
	// lists who did. Used when two people are needed to publish.
	Approve(ctx context.Context, id keepiton.IncidentID, n int, account string, at time.Time) error
	Approvals(ctx context.Context, id keepiton.IncidentID, n int) ([]string, error)

	// PutSignedApproval keeps a signature. The same account under the same
	// digest a second time changes nothing: what is kept is never changed.
	// NotFound when there is no such incident or story.
	PutSignedApproval(ctx context.Context, a SignedApproval) error
	// SignedApprovals lists the signatures under what the subject shows, or
	// would show, as revision n, in order of account; under all revisions when n is 0.
	SignedApprovals(ctx context.Context, subject string, n int) ([]SignedApproval, error)

	// PutProposal keeps a correction that waits for a second person, and
	// returns the ID that the store gave it. What is published does not change.
	PutProposal(ctx context.Context, p Proposal) (int64, error)
	// Proposals lists proposals, oldest first.
	Proposals(ctx context.Context, open bool, limit int) ([]Proposal, error)
	// ResolveProposal closes one; it stays stored. NotFound when there is no
	// such proposal, Conflict when it is closed already.
	ResolveProposal(ctx context.Context, id int64, resolution, by string, at time.Time) error
}

// SignedApproval is one person's signature, made with a passkey, under exactly
// what readers see of an incident or a story as its revision N. Its bytes alone prove it:
// see review.VerifyApproval. Of the moment only the day is kept.
type SignedApproval struct {
	Subject      string // the id of the incident or story
	N            int
	Digest       [32]byte // of that content, see review.Digest
	Account      string
	Organization string // of the account on that day
	Credential   []byte // id of the passkey
	Algorithm    int64  // COSE, IANA registry: -7 ES256, -8 EdDSA, -257 RS256
	PublicKey    []byte // of the passkey, PKIX in DER
	// AuthenticatorData, ClientData and Signature are the assertion, as Web
	// Authentication Level 2, section 7.2, names its parts.
	AuthenticatorData []byte
	ClientData        []byte
	Signature         []byte
	Day               time.Time // UTC, 00:00
}

// Proposal is a correction of a published incident that waits for a second
// person. A published incident never goes back to review: the words that
// readers see stay until the proposal becomes a revision.
type Proposal struct {
	ID         int64
	Incident   keepiton.Incident // as it would become, ID set
	Base       int               // N of the revision that was edited
	Author     string            // account
	Role       keepiton.Role
	Reason     string
	Created    time.Time
	Resolved   time.Time // zero: open
	Resolution string    // accepted or declined, with the reason
	By         string

	Act       string              `json:",omitempty"` // merge or split; empty: a correction
	Other     keepiton.IncidentID `json:",omitempty"` // what is merged into Incident, or was split off it
	OtherBase int                 `json:",omitempty"`
	Part      string              `json:",omitempty"` // what a split moves, JSON
	Edition   string              `json:",omitempty"` // that says so; empty: a person does
}

// Account is a person who may sign in.
type Account struct {
	Name          string // unique, lower case
	Role          keepiton.Role
	Organization  string
	PasswordHash  string // argon2id in PHC form; empty: passkeys only
	RecoveryHash  []string
	UserHandle    []byte // WebAuthn user id, 64 random bytes
	Disabled      bool
	Created       time.Time
	FailedSignIns int       // since the last success
	LockedUntil   time.Time // throttling per account, not per address
}

// Passkey is a WebAuthn credential; Data is the library's own record, JSON.
type Passkey struct {
	ID      []byte
	Account string
	Label   string
	Data    []byte
	Created time.Time
}

// Session is a signed-in browser. Only the hash of its token is stored.
type Session struct {
	TokenSHA256 string
	Account     string
	CSRF        string
	Created     time.Time
	Expires     time.Time
	Means       string `json:",omitempty"` // how it was opened: passkey, password, recovery, link, pair; empty: not known
}

// Accounts holds accounts, passkeys and sessions.
type Accounts interface {
	Account(ctx context.Context, name string) (Account, error)
	AccountByHandle(ctx context.Context, handle []byte) (Account, error)
	ListAccounts(ctx context.Context) ([]Account, error)
	// PutAccount creates or replaces the account of that name.
	PutAccount(ctx context.Context, a Account) error
	// UpdateAccount reads the account, lets change alter it, and writes it, as
	// one transaction: two processes never undo each other's change. An error
	// of change is returned and nothing is written; change must not call the
	// store. NotFound when there is no such account.
	UpdateAccount(ctx context.Context, name string, change func(a *Account) error) error
	Passkeys(ctx context.Context, account string) ([]Passkey, error)
	// PutPasskey creates or replaces the passkey of that ID.
	PutPasskey(ctx context.Context, p Passkey) error
	DeletePasskey(ctx context.Context, account string, id []byte) error
	Session(ctx context.Context, tokenSHA256 string) (Session, error)
	// Sessions lists the sessions of an account, those that ended and are not
	// pruned yet included, in order of Created.
	Sessions(ctx context.Context, account string) ([]Session, error)
	PutSession(ctx context.Context, s Session) error
	// DeleteSessions removes one session, or with an empty hash all of the
	// account's.
	DeleteSessions(ctx context.Context, account, tokenSHA256 string) error
	// PruneSessions removes the sessions that expired before the moment.
	PruneSessions(ctx context.Context, before time.Time) error

	// CountOpened adds one to the sealed reports that account opened on day and
	// returns the sum; RateLimited, and nothing is added, when it is limit or
	// more already. Counts of days more than 90 days back are removed.
	CountOpened(ctx context.Context, account string, day time.Time, limit int) (int, error)
	// Opened returns how many account opened on day.
	Opened(ctx context.Context, account string, day time.Time) (int, error)
}
