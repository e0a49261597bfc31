// Package sealing holds the script that seals a report in its sender's
// browser, so that the server never sees a word of it. It is written in src and
// bundled into seal.js by "make sealing", which needs node and npm; building and
// running the program needs neither. docs/sealing-in-the-browser.md says what it
// protects from, and from what not.
//
// The script offers its functions as KeepItOn in the page: receipts, age with
// hybrid post-quantum recipients, bundles, containers. Nothing in it needs
// crypto.subtle, which some browsers keep from pages opened from a file. It asks
// for BigInt and for the syntax of ES2017: Chrome 71, Firefox 68, Safari 14 and
// all later. Where it does not run, the form works without script.
package sealing

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
)

// Script is the script, with the notices of the licences it is under.
//
//go:embed seal.js
var Script string

// Source is how a Content-Security-Policy and an integrity attribute name the
// script: sha256- and the hash of its bytes (CSP Level 3, section 2.3.1).
func Source() string { return SourceOf(Script) }

// SourceOf names any text in that way.
func SourceOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
