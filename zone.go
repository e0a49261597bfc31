package keepiton

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
)

// zonesFile is the tz database as Go's distribution has it: for each zone a line of
// its names and the length of its data, then the data (RFC 9636). It is a tenth of
// what time/tzdata would add to the program.
//
//go:embed zones.gz
var zonesFile []byte

// mostZones is how large the tz database may be, unpacked, in bytes.
const mostZones = 4 << 20

// Zone returns the time zone of a name such as Asia/Tehran, of the system or, where it
// has no time zones, of the tz database that the program carries. UTC is "" or "UTC";
// a name that is none is invalid.
func Zone(name string) (*time.Location, error) {
	l, err := time.LoadLocation(name)
	if err == nil {
		return l, nil
	}
	if data, ok := carriedZones()[name]; ok {
		return time.LoadLocationFromTZData(name, data)
	}
	return nil, Errorf(Invalid, "no time zone %q, such as Asia/Tehran", name)
}

// carriedZones unpacks the database once somebody needs it.
var carriedZones = sync.OnceValue(func() map[string][]byte {
	all, err := readZones(zonesFile)
	if err != nil {
		panic("keepiton: zones.gz: " + err.Error()) // a test reads it
	}
	return all
})

func readZones(packed []byte) (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	rest, err := io.ReadAll(io.LimitReader(z, mostZones))
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{}
	for len(rest) > 0 {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		words := strings.Fields(string(line))
		if len(words) < 2 {
			return nil, Errorf(Invalid, "%q tells no name and length", line)
		}
		last := len(words) - 1
		n, err := strconv.Atoi(words[last])
		if err != nil || n < 0 || n > len(after) {
			return nil, Errorf(Invalid, "%q is no length of a zone", words[last])
		}
		for _, name := range words[:last] {
			all[name] = after[:n:n]
		}
		rest = after[n:]
	}
	return all, nil
}
