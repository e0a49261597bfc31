package bundle

import (
	"bufio"
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"keepiton"
)

const refuseDir = "testdata/refuse"

// refused is a file that must be refused. Its folder is the reason; bundles.json
// and containers.json list all of them for other programs.
type refused struct {
	File  string        `json:"file"`
	What  string        `json:"what"`
	Code  keepiton.Code `json:"code"`
	Says  string        `json:"says"`  // part of our error; the place first of all
	Whole bool          `json:"whole"` // the fault stands behind the report, which is given all the same
	data  []byte
}

// reportJSON is the report of a bundle without files.
const reportJSON = `{"id":"` + testID + `"}`

func withReport(text string) []byte { return padded(first, rawFrame{'R', text}) }

// badBundles are grouped by reason: the folder of their name.
func badBundles() []refused {
	good := withReport(reportJSON)
	with := func(frames ...rawFrame) []byte { return padded(append([]rawFrame{first}, frames...)...) }
	oneFile := fileFrames(1, "abc")
	report := rawFrame{'R', reportJSON}
	return []refused{
		{"frame/empty", "nothing at all", keepiton.Invalid, "frame 1 at byte 0: cut off", false, nil},
		{"frame/head-cut", "the head of a frame is cut off", keepiton.Invalid, "frame 2 at byte 22: cut off after 25", false, append(bytesOf(first), "R\x00\x00"...)},
		{"frame/content-cut", "the content of a frame is cut off", keepiton.Invalid, "frame 2 at byte 22: cut off", false, good[:40]},
		{"frame/unknown-type", "a frame of the type Q", keepiton.Invalid, "frame 2 at byte 22: no frame has the type Q", false, with(rawFrame{'Q', ""}, report)},
		{"frame/lower-case", "a frame of the type r", keepiton.Invalid, "no frame has the type 0x72", false, with(rawFrame{'r', reportJSON})},
		{"frame/too-long", "a frame of 65,537 bytes", keepiton.TooLarge, "frame 3 at byte 51: a frame of 65537 bytes", false, with(rawFrame{'F', `{"name":"f1","type":"t"}`}, rawFrame{'D', strings.Repeat("a", MaxFrame+1)})[:MinSize]},
		{"frame/length-of-4-GiB", "a frame that says it has 4,294,967,295 bytes", keepiton.TooLarge, "frame 2", false, append(bytesOf(first), "R\xff\xff\xff\xff{}"...)},

		{"first/none", "the first frame is not K", keepiton.Invalid, "frame 1 at byte 0: not a bundle of version 1", false, padded(report)},
		{"first/version-2", "a bundle of version 2", keepiton.Invalid, "not a bundle of version 1", false, padded(rawFrame{'K', "keepiton-bundle 2"}, report)},
		{"first/line-end", "a line end behind the version", keepiton.Invalid, "not a bundle of version 1", false, padded(rawFrame{'K', magic + "\n"}, report)},
		{"first/sealed", "a sealed file that nobody has opened", keepiton.Invalid, "frame 1 at byte 0", false, []byte("age-encryption.org/v1\n-> X25519 AAAA\n")},
		{"first/twice", "the first frame stands twice", keepiton.Invalid, "frame 2 at byte 22: a frame K where", false, with(first, report)},

		{"order/data-outside", "bytes of a file outside of a file", keepiton.Invalid, "frame 2 at byte 22: a frame D where", false, with(rawFrame{'D', "abc"}, report)},
		{"order/end-outside", "the end of a file that did not begin", keepiton.Invalid, "a frame E where", false, with(oneFile[2], report)},
		{"order/file-in-file", "a file inside a file", keepiton.Invalid, "a frame F inside file 1", false, with(oneFile[0], oneFile[0], report)},
		{"order/report-in-file", "the report inside a file", keepiton.Invalid, "a frame R inside file 1", false, with(oneFile[0], report)},
		{"order/padding-in-file", "padding inside a file", keepiton.Invalid, "a frame P inside file 1", false, with(oneFile[0], rawFrame{'P', "\x00"}, oneFile[1], oneFile[2], rawFrame{'R', listing("abc")})},
		{"order/padding-first", "padding before the report", keepiton.Invalid, "a frame P where", false, with(rawFrame{'P', "\x00"}, report)},
		{"order/no-report", "an end without a report", keepiton.Invalid, "a frame Z where", false, bytesOf(first, last)},
		{"order/file-after-report", "a file after the report", keepiton.Invalid, "a frame F after the report", true, with(rawFrame{'R', reportJSON}, oneFile[0])},
		{"order/two-reports", "two reports", keepiton.Invalid, "a frame R after the report", true, with(report, report)},

		{"file/hash", "a file whose hash is another", keepiton.Invalid, "frame 4 at byte 59: file 1 is not what was sent", false, with(oneFile[0], rawFrame{'D', "abd"}, oneFile[2], rawFrame{'R', listing("abc")})},
		{"file/size", "a file whose size is another", keepiton.Invalid, "file 1 is not what was sent", false, with(oneFile[0], oneFile[1], rawFrame{'E', `{"size":2,"sha256":"` + sum("abc") + `"}`}, rawFrame{'R', listing("abc")})},
		{"file/hash-in-capitals", "a hash in capitals", keepiton.Invalid, "file 1 is not what was sent", false, with(oneFile[0], oneFile[1], rawFrame{'E', `{"size":3,"sha256":"` + strings.ToUpper(sum("abc")) + `"}`}, rawFrame{'R', listing("abc")})},
		{"file/no-end", "a file that does not end", keepiton.Invalid, "frame 4 at byte 59: cut off", false, bytesOf(first, oneFile[0], oneFile[1])},
		{"file/head-not-JSON", "a head of a file that is no JSON", keepiton.Invalid, "frame 2 at byte 22: file 1: JSON: not JSON", false, with(rawFrame{'F', "f1"}, report)},
		{"file/tail-not-JSON", "an end of a file that is no JSON", keepiton.Invalid, "end of file 1", false, with(oneFile[0], oneFile[1], rawFrame{'E', "{"}, report)},
		{"file/name-too-long", "a name of 1,025 bytes", keepiton.TooLarge, "file 1: its name has 1025 bytes", false, with(rawFrame{'F', `{"name":"` + strings.Repeat("n", MaxName+1) + `"}`}, oneFile[1], oneFile[2], report)},
		{"file/type-too-long", "a type of 256 bytes", keepiton.TooLarge, "its type 256", false, with(rawFrame{'F', `{"type":"` + strings.Repeat("t", MaxType+1) + `"}`}, oneFile[1], oneFile[2], report)},
		{"file/forty-one", "forty-one files", keepiton.TooLarge, "more than 40 files", false, with(append(manyFiles(MaxFiles+1), report)...)},
		{"file/not-listed", "a file that the report does not list", keepiton.Invalid, "the report lists 0 files; the bundle holds 1", false, with(append(oneFile, report)...)},
		{"file/not-there", "a file that the report lists and the bundle lacks", keepiton.Invalid, "the report lists 1 files; the bundle holds 0", false, with(rawFrame{'R', listing("abc")})},
		{"file/other-name", "the report calls the file otherwise", keepiton.Invalid, "the report's file 1 is not that of the bundle", false, with(append(oneFile, rawFrame{'R', strings.Replace(listing("abc"), `"f1"`, `"g1"`, 1)})...)},

		{"report/not-JSON", "a report that is no JSON", keepiton.Invalid, "frame 2 at byte 22: report: JSON: not JSON", false, withReport("id: 1")},
		{"report/empty", "a report of no bytes", keepiton.Invalid, "JSON: not JSON", false, withReport("")},
		{"report/null", "a report that is null", keepiton.Invalid, "another kind of value", false, withReport("null")},
		{"report/list", "a report that is a list", keepiton.Invalid, "another kind of value", false, withReport("[" + reportJSON + "]")},
		{"report/two", "two objects in one frame", keepiton.Invalid, "something after its end", false, withReport(reportJSON + reportJSON)},
		{"report/cut", "JSON that is cut off", keepiton.Invalid, "report: JSON: not JSON", false, withReport(reportJSON[:len(reportJSON)-1])},
		{"report/not-UTF-8", "a text that is not UTF-8", keepiton.Invalid, "report: not UTF-8", false, withReport(`{"id":"` + testID + `","seen":"` + "\xff" + `"}`)},
		{"report/field-twice", "a field that stands twice", keepiton.Invalid, "a field that stands twice", false, withReport(`{"id":"` + testID + `","lang":"en","lang":"fr"}`)},
		{"report/unknown-field-twice", "a field that we do not know and that stands twice", keepiton.Invalid, "/consent: a field that stands twice", false, withReport(`{"id":"` + testID + `","consent":{"new":1,"new":2}}`)},
		{"report/id-in-capitals", "a name in capitals is another field, and the id is missing", keepiton.Invalid, "id is not 32 hex digits", false, withReport(`{"ID":"` + testID + `"}`)},
		{"report/id-short", "an id of 31 digits", keepiton.Invalid, "id is not 32 hex digits", false, withReport(`{"id":"` + testID[1:] + `"}`)},
		{"report/id-path", "an id that is a path", keepiton.Invalid, "id is not 32 hex digits", false, withReport(`{"id":"../../../../../../../../../etc/p"}`)},
		{"report/adds", "adds is no id", keepiton.Invalid, "adds is not 32 hex digits", false, withReport(`{"id":"` + testID + `","adds":"x"}`)},
		{"report/lookup", "a receipt without lookup", keepiton.Invalid, "receipt: lookup", false, withReport(`{"id":"` + testID + `","receipt":{"reply":"age1pq1q"}}`)},
		{"report/withdraw", "a receipt whose withdraw is short", keepiton.Invalid, "receipt: withdraw", false, withReport(`{"id":"` + testID + `","receipt":{"lookup":"` + testID + `","withdraw":"00"}}`)},
		{"report/reply", "a receipt whose reply is no hybrid address", keepiton.Invalid, "receipt: reply", false, withReport(`{"id":"` + testID + `","receipt":{"lookup":"` + testID + `","withdraw":"` + testHash + `","reply":"age1q"}}`)},
		{"report/reply-lines", "a receipt whose reply has lines of its own", keepiton.Invalid, "receipt: reply", false, withReport(`{"id":"` + testID + `","receipt":{"lookup":"` + testID + `","withdraw":"` + testHash + `","reply":"age1pq1q\nq"}}`)},
		{"report/kind-of-value", "a number where a text stands", keepiton.Invalid, "/seen: another kind of value", false, withReport(`{"id":"` + testID + `","seen":7}`)},
		{"report/answer", "an answer that is none", keepiton.Invalid, "/networks/mobile: not a value that stands there", false, withReport(`{"id":"` + testID + `","networks":{"mobile":"maybe"}}`)},
		{"report/moment", "a moment that is none", keepiton.Invalid, "/began/at: not a value that stands there", false, withReport(`{"id":"` + testID + `","began":{"at":"2026-13-01"}}`)},
		{"report/fraction", "a number that is not whole", keepiton.Invalid, "/consent/version: another kind of value", false, withReport(`{"id":"` + testID + `","consent":{"version":1.0}}`)},
		{"report/huge-number", "a number that no computer counts to", keepiton.Invalid, "/consent/version: another kind of value", false, withReport(`{"id":"` + testID + `","consent":{"version":99999999999999999999}}`)},
		{"report/deep", "nine levels", keepiton.Invalid, "a field that is too deep", false, withReport(`{"id":"` + testID + `","new":` + strings.Repeat("[", 8) + strings.Repeat("]", 8) + `}`)},
		{"report/very-deep", "thirty thousand levels", keepiton.Invalid, "report: JSON:", false, withReport(`{"id":"` + testID + `","new":` + strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000) + `}`)},

		{"end/missing", "no frame Z", keepiton.Invalid, "frame 4 at byte 4091: cut off", true, good[:len(good)-headBytes]},
		{"end/not-empty", "a frame Z with content", keepiton.Invalid, "the last frame is not empty", true, bytesOf(first, report, rawFrame{'Z', "x"})},
		{"end/bytes-after", "a byte after the end", keepiton.Invalid, "bytes after the end", true, append(bytes.Clone(good), 'x')},
		{"end/not-padded", "no padding", keepiton.Invalid, "a length of 73 bytes", true, bytesOf(first, report, last)},
		{"end/padding-not-zero", "padding that is not zero", keepiton.Invalid, "padding that is not zero", true, bytesOf(first, report, rawFrame{'P', "\x00\x01\x00"}, last)},
	}
}

// manyFiles are the frames of n files.
func manyFiles(n int) (out []rawFrame) {
	for i := range n {
		out = append(out, fileFrames(i+1, "a")...)
	}
	return out
}

// badContainers are refused by ReadHeader.
func badContainers() []refused {
	head := func(line string) []byte { return []byte("keepiton-sealed 1\n" + line + "\nage-encryption.org/v1\n") }
	receipt := func(lookup, reply, withdraw string) []byte {
		return head(`{"receipt":{"lookup":"` + lookup + `","reply":"` + reply + `","withdraw":"` + withdraw + `"}}`)
	}
	return []refused{
		{"container/empty", "nothing at all", keepiton.Invalid, "line 1", false, nil},
		{"container/plaintext", "a bundle that nobody has sealed", keepiton.Invalid, "line 1: neither a sealed report nor", false, withReport(reportJSON)},
		{"container/picture", "a picture", keepiton.Invalid, "line 1", false, []byte("\x89PNG\r\n\x1a\n")},
		{"container/clear-signed", "a signed text that is not encrypted", keepiton.Invalid, "line 1", false, []byte("-----BEGIN PGP SIGNED MESSAGE-----\n")},
		{"container/private-key", "a private key", keepiton.Invalid, "line 1", false, []byte("-----BEGIN PGP PRIVATE KEY BLOCK-----\n")},
		{"container/version-2", "version 2", keepiton.Invalid, "line 1: not version 1", false, []byte("keepiton-sealed 2\n{}\n")},
		{"container/line-ends", "line ends of another system", keepiton.Invalid, "line 1: not version 1", false, []byte("keepiton-sealed 1\r\n{}\r\n")},
		{"container/no-header", "cut off after the first line", keepiton.Invalid, "line 2: cut off after 0 bytes", false, []byte("keepiton-sealed 1\n")},
		{"container/header-cut", "cut off in the header", keepiton.Invalid, "line 2: cut off after 2 bytes", false, []byte("keepiton-sealed 1\n{}")},
		{"container/header-too-long", "a header of 8,193 bytes with its line end", keepiton.TooLarge, "line 2: longer than 8192 bytes", false, head("{}" + strings.Repeat(" ", MaxHeader-2))},
		{"container/not-JSON", "a header that is no JSON", keepiton.Invalid, "line 2: JSON: not JSON", false, head("receipt")},
		{"container/list", "a header that is a list", keepiton.Invalid, "line 2", false, head("[]")},
		{"container/lookup", "a lookup that is no hex", keepiton.Invalid, "receipt: lookup", false, receipt(strings.Repeat("g", 32), "age1pq1q", testHash)},
		{"container/withdraw", "a key of 63 digits", keepiton.Invalid, "receipt: withdraw", false, receipt(testID, "age1pq1q", testHash[1:])},
		{"container/reply", "a reply address of another kind", keepiton.Invalid, "receipt: reply", false, receipt(testID, "age1qqqq", testHash)},
		{"container/reply-too-long", "a reply address of 4,097 letters", keepiton.Invalid, "receipt: reply", false, receipt(testID, "age1pq1"+strings.Repeat("q", maxReply-6), testHash)},
		{"container/country", "a country in words", keepiton.Invalid, "open: country", false, head(`{"open":{"country":"Ethiopia"}}`)},
		{"container/country-small", "a country in small letters", keepiton.Invalid, "open: country", false, head(`{"open":{"country":"et"}}`)},
		{"container/day", "a moment finer than a day", keepiton.Invalid, "open: day", false, head(`{"open":{"day":"2026-11-25T06:00Z"}}`)},
		{"container/kind", "words where a kind stands", keepiton.Invalid, "open: kind", false, head(`{"open":{"kind":"my name is"}}`)},
	}
}

func TestEveryBrokenBundleIsRefusedWithItsPlace(t *testing.T) {
	checkRefused(t, "bundles.json", badBundles(), func(t *testing.T, data []byte) (bool, error) {
		rep, err := Read(bytes.NewReader(data), nil)
		return rep != nil, err
	})
}

func TestEveryBrokenContainerIsRefusedWithItsLine(t *testing.T) {
	checkRefused(t, "containers.json", badContainers(), func(t *testing.T, data []byte) (bool, error) {
		h, err := ReadHeader(bufio.NewReader(bytes.NewReader(data)))
		if h != (Header{}) {
			t.Errorf("an error together with a header")
		}
		return false, err
	})
}

func checkRefused(t *testing.T, list string, all []refused, read func(*testing.T, []byte) (whole bool, err error)) {
	var index []refused
	for _, r := range all {
		name := r.File
		r.File += ".bin"
		path := filepath.Join(refuseDir, r.File)
		if *update {
			writeFile(t, path, r.data)
		}
		index = append(index, r)
		t.Run(name, func(t *testing.T) {
			data := readFile(t, path)
			if !bytes.Equal(data, r.data) {
				t.Fatalf("%s is not what this test makes: run with -update", path)
			}
			whole, err := read(t, data)
			if err == nil || keepiton.CodeOf(err) != r.Code || !strings.Contains(err.Error(), r.Says) {
				t.Errorf("%s: got %q (%s), want %s and %q", r.What, err, keepiton.CodeOf(err), r.Code, r.Says)
			}
			if whole != r.Whole {
				t.Errorf("%s: got the report: %v, want %v", r.What, whole, r.Whole)
			}
		})
	}
	path := filepath.Join(refuseDir, list)
	if *update {
		writeJSON(t, path, index)
	}
	var listed []refused
	readJSON(t, path, &listed)
	if len(listed) != len(all) {
		t.Errorf("%s lists %d files, want %d: run with -update", path, len(listed), len(all))
	}
}
