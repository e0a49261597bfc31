// Package twin writes the public site as flat files: the copy that is carried on
// a stick, or put on any web server as a mirror.
//
// Promises:
//
//   - Every page is read from a disk, without a server, a network or a script:
//     links are relative, and each leads to a file of the copy, to a place on the
//     same page, or to a source elsewhere that a person would follow knowingly.
//   - What a copy cannot do, it says on the spot, and what to do instead.
//   - "Report a shutdown" leads to the form that needs no network.
//   - The same record, moment and program give the same bytes.
//   - Nothing that readers of the site cannot see is in it: pages are asked of the
//     site itself, as a reader without a session would.
//
// How: [Write] asks the site, in this process, for the pages that it has in each
// language, and for what they link to, as far as the rule of address.go gives it
// a file; page.go turns the links around. What has no file is no link any more.
// Pages are made on all cores and written in one order.
package twin
