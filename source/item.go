package source

import (
	"time"

	"keepiton"
)

// Item is one file of a feed's archive, or one answer of its API, that can be
// fetched. An adapter's Layout makes it from a period and a place; source/fetch gets
// it; the adapter's decoder reads it.
type Item struct {
	Feed string
	URL  string    // http or https
	Name string    // where it is kept, under feeds/FEED/ of the data folder: slashes part folders, never ..
	At   time.Time // what it is of begins here, UTC; for the order. What begins after now is not asked for
	// Final is when what it says stands: an answer about a period that is not over yet
	// grows. A copy that was fetched before is asked for again, with conditions. Zero:
	// it stands as soon as it is there, as files of archives do.
	Final  time.Time
	Header map[string]string // beside the usual ones, such as Authorization: never logged, never kept, never sent to another host
}

// Period is what is asked of a feed's archive or API. Layouts ignore what their feed
// does not know.
type Period struct {
	From, To   time.Time // UTC; To is not part of it
	Collectors []string
	Country    string          // ISO 3166-1 alpha-2
	Entity     keepiton.Entity // narrower than a country; the zero value: the country, or all
	Base       string          // in the place of the feed's own address: a mirror, or a replay server; without a slash at its end
}
