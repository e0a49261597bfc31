package fetch

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"keepiton"
	"keepiton/source"
)

// job is one item on its way.
type job struct {
	c    *Client
	item source.Item
	at   *url.URL
	path string
	got  int64 // bytes of the part
}

func (c *Client) job(item source.Item) (*job, error) {
	at, err := url.Parse(item.URL)
	switch {
	case err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https":
		return nil, keepiton.Errorf(keepiton.Invalid, "fetch: no address of the web: it begins with http:// or https://")
	case at.User != nil:
		return nil, keepiton.Errorf(keepiton.Invalid, "fetch %s: a name and password do not belong in an address", spoken(at))
	case !filepath.IsLocal(filepath.FromSlash(item.Name)) || !filepath.IsLocal(item.Feed) || strings.ContainsAny(item.Feed, `/\`) || strings.HasSuffix(item.Name, "/"):
		return nil, keepiton.Errorf(keepiton.Invalid, "fetch %s: %q of feed %q is no name to keep it under", spoken(at), item.Name, item.Feed)
	case len(item.Header) > 0 && at.Scheme == "http" && !isLocal(at.Hostname()):
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Forbidden, "fetch %s: a token is not sent without encryption", spoken(at)), "use the https address")
	}
	if now := c.o.Now(); item.At.After(now) {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "fetch %s: what begins at %s is yet to come: here it is %s", spoken(at), item.At.UTC().Format(clock), now.UTC().Format(clock)),
			"ask for an earlier time; if the clock of this machine is wrong, set it")
	}
	return &job{c: c, item: item, at: at, path: filepath.Join(c.dir, item.Feed, filepath.FromSlash(item.Name))}, nil
}

const clock = "2006-01-02 15:04 MST"

// stands reports whether the file is there and need not be asked for again.
func (j *job) stands() (size int64, ok bool) {
	info, err := os.Stat(j.path)
	if err != nil || !info.Mode().IsRegular() {
		return 0, false
	}
	s, known := readState(j.path, j.at)
	switch {
	case known && s.Size != info.Size(): // cut by a disk that was full, or half restored
		return 0, false
	case j.item.Final.IsZero():
		return info.Size(), true
	}
	return info.Size(), known && !s.Fetched.Before(j.item.Final)
}

// spoken is an address as it stands in errors: without what follows the question
// mark, where tokens are.
func spoken(u *url.URL) string {
	s := u.Scheme + "://" + u.Host + u.EscapedPath()
	if u.RawQuery != "" {
		s += "?…"
	}
	return s
}
