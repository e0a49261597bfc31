// Package script is the language of *.detect files: cases for the detector as text, so
// that people who know shutdowns can add one without knowing Go. A file says what the
// world is like, what happens in it, and what must be found:
//
//	case "a country goes dark"
//	  from 2026-03-01 for 30d
//	  country XB zone Africa/Nairobi
//	  at 2026-03-20T10:00 for 5h XB fall 95% over 10m
//	  expect disruption XB between 2026-03-20T09:45 and 2026-03-20T10:15 P >= 0.95
//
// docs/detect-language.md has the grammar. [Parse] reads a file, [Case.Run] tries one
// case. Errors name the line and the column.
package script
