// Package door is the way in for programs: the sealing script of the site, the
// carried form, the command line. All of it is under /intake/; pages for people
// are those of package web.
//
// Promises:
//
//   - Bodies are sealed, or a few words of JSON. Each route has its bounds of
//     size and time beside it, in the table of routes.
//   - Nothing of a request is logged: no path, no query, no size, no address.
//     What is our own fault is logged by its cause alone.
//   - Answers are never stored by a browser, set no cookie, and may be read from
//     any origin: the carried form is opened from a file, whose origin is null,
//     and has nothing but what it sends.
//   - Errors are RFC 9457 problems in English, with a code and, where a page has
//     words for it, the key of its message.
package door

import (
	"log/slog"
	"net/http"
	"time"

	"keepiton/intake"
	"keepiton/intake/sms"
)

// Prefix begins every address of this package.
const Prefix = "/intake/"

// Options are what the doors open to. Intake and Log are required.
type Options struct {
	Intake *intake.Intake
	Log    *slog.Logger

	Heart   Heart             // nil: no heartbeats are counted
	SMS     *sms.Road         // nil: no SMS
	Secrets map[string]string // of the SMS gateways, by their names; one without a secret is closed
}

// New returns the handler of everything under Prefix.
func New(o Options) http.Handler {
	d := &door{o}
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.Handle(r.pattern, d.guard(r))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { d.lost(w, r, mux) })
	return open(mux)
}

type door struct{ Options }

// route is one door: what it takes, how much, and for how long.
type route struct {
	pattern string
	bytes   int64         // of the body
	quiet   time.Duration // longest wait for the next byte of the body
	whole   time.Duration // longest time for the whole body
	serve   func(d *door, w http.ResponseWriter, r *http.Request) error
}

const words = 4 << 10 // of JSON

var routes = []route{
	{"POST /intake/sealed", intake.MaxContainer, time.Minute, 2 * time.Hour, (*door).sealed},
	{"POST /intake/uploads", words, 20 * time.Second, time.Minute, (*door).begin},
	{"HEAD /intake/uploads/{id}", 0, 0, 0, (*door).end},
	{"PATCH /intake/uploads/{id}", intake.MaxContainer, time.Minute, 2 * time.Hour, (*door).piece},
	{"POST /intake/uploads/{id}", words, 20 * time.Second, time.Minute, (*door).finish},
	{"GET /intake/challenge", 0, 0, 0, (*door).challenge},
	{"POST /intake/mailbox", words, 20 * time.Second, time.Minute, (*door).mailbox},
	{"POST /intake/withdraw", words, 20 * time.Second, time.Minute, (*door).withdraw},
	{"GET /intake/tokens", 0, 0, 0, (*door).tokenKey},
	{"POST /intake/tokens", 64 << 10, 20 * time.Second, time.Minute, (*door).tokens},
	{"GET /intake/tokens/petitions", 0, 0, 0, (*door).tokenKey},
	{"POST /intake/tokens/petitions", 64 << 10, 20 * time.Second, time.Minute, (*door).tokens},
	{"POST /intake/heartbeat", words, 20 * time.Second, time.Minute, (*door).heartbeat},
	{"GET /intake/sms/{gateway}", 0, 0, 0, (*door).message}, // Kannel's get-url
	{"POST /intake/sms/{gateway}", sms.MaxRequest, 20 * time.Second, 2 * time.Minute, (*door).message},
}

// answerTime is how long an answer may take to be written once it is ready.
const answerTime = time.Minute

// guard holds a request to its bounds, and turns an error into a problem.
func (d *door) guard(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		slow := http.NewResponseController(w)
		if rt.bytes > 0 {
			r.Body = http.MaxBytesReader(w, r.Body, rt.bytes)
			line := &Line{Slow: slow, Quiet: rt.quiet, Until: time.Now().Add(rt.whole), Reply: answerTime}
			r = line.Over(r)
		}
		err := rt.serve(d, w, r)
		if err == nil {
			return
		}
		slow.SetWriteDeadline(time.Now().Add(answerTime))
		d.fail(w, r, err)
	})
}

// open sets what every answer has, and answers a browser that asks first (CORS
// preflight, Fetch standard section 3.2).
func open(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "Upload-Offset, Upload-Length, Retry-After")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		if r.Method == http.MethodOptions {
			h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PATCH")
			h.Set("Access-Control-Allow-Headers", "Content-Type, Upload-Offset, Authorization, "+headerToken+", "+headerWork)
			h.Set("Access-Control-Max-Age", "600")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}
