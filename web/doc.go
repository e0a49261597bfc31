// Package web is the public site: the record as pages that one round trip
// brings to an old phone on a bad line, in every language of the site.
//
// Promises:
//
//   - A page is at most 13,000 bytes compressed, style and drawings included,
//     and needs no script and no second request to be read.
//   - No reader is tracked: no cookies, nothing from a third party, and no
//     address, user agent or query in a log.
//   - The same URL with another suffix (.json .csv .xlsx .geojson .atom .txt
//     .svg) answers with the same selection in that form.
//   - as_of on any page shows the record as it stood, with a banner, and every
//     link keeps it.
//   - What is shown has passed [keepiton.Incident.Public].
//
// The life of a page: ServeHTTP looks for compressed bytes of this record
// version and day; where there are none, the route's function asks the store,
// fills the struct made for the page, and the template writes it; the bytes
// are compressed once and kept. See cache.go, serve.go, routes.go.
package web
