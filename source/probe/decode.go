package probe

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"

	"keepiton"
	"keepiton/source"
)

// Limits of a file of results.
const (
	MaxLine = 256 << 10 // bytes of a measurement
	MaxFile = 64 << 20  // bytes of a file, unpacked
)

// testName is what stands in each measurement of ours.
const testName = "keepiton_probe"

// timeLayout is OONI's (df-000).
const timeLayout = "2006-01-02 15:04:05"

// measurement is what series are made of. docs/probe.md has all the keys.
type measurement struct {
	Annotations struct {
		NetworkType string `json:"network_type"`
	} `json:"annotations"`
	Input     string `json:"input"`
	StartTime string `json:"measurement_start_time"`
	ProbeASN  string `json:"probe_asn"`
	ProbeCC   string `json:"probe_cc"`
	ProbeID   string `json:"probe_id"`
	TestName  string `json:"test_name"`
	Keys      struct {
		Role    string `json:"role"`
		Verdict string `json:"verdict"`
		Network string `json:"network"`
	} `json:"test_keys"`

	hour time.Time
	in   []keepiton.Entity // the country, the network there, each also by access
}

// read goes through lines of JSON. What is no measurement of ours is counted with the
// byte that its line begins at, and stepped over.
func read(r io.Reader, sum *source.Summary, put func(*measurement) error) error {
	in := bufio.NewReaderSize(&io.LimitedReader{R: r, N: MaxFile + 1}, MaxLine)
	var at int64
	for {
		line, err := in.ReadSlice('\n')
		offset := at
		at += int64(len(line))
		long := errors.Is(err, bufio.ErrBufferFull)
		for errors.Is(err, bufio.ErrBufferFull) {
			line, err = in.ReadSlice('\n')
			at += int64(len(line))
		}
		if at > MaxFile {
			return keepiton.Errorf(keepiton.TooLarge, "%s: more than %d MiB", sum.File, MaxFile>>20)
		}
		switch {
		case long:
			sum.Records++
			sum.Skip(source.Defect{Kind: "long_line", Offset: offset})
		case len(bytes.TrimSpace(line)) > 0:
			sum.Records++
			m := &measurement{}
			if kind := m.parse(line); kind != "" {
				sum.Skip(source.Defect{Kind: kind, Offset: offset})
			} else if err := put(m); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// parse reads one line and returns what is wrong with it.
func (m *measurement) parse(line []byte) (kind string) {
	if json.Unmarshal(line, m) != nil {
		return "not_json"
	}
	if m.TestName != testName {
		return "other_test"
	}
	at, err := time.Parse(timeLayout, m.StartTime)
	if err != nil || at.Year() < 2020 || at.Year() > 2200 {
		return "bad_time"
	}
	m.hour = at.Truncate(Step)
	if m.ProbeID == "" || len(m.ProbeID) > 64 {
		return "no_probe_id" // many of those are not one, nor can they be told apart
	}
	if s, err := keepiton.ParseEntity("world/" + m.Input); err != nil || s.Service != m.Input || m.Input == "" {
		return "bad_service"
	}
	return m.place()
}

// place finds what the measurement is about.
func (m *measurement) place() (kind string) {
	if m.ProbeCC == "ZZ" {
		return "no_country"
	}
	e, err := keepiton.ParseEntity("country/" + m.ProbeCC)
	if err != nil || e.Access+e.Service != "" {
		return "bad_country"
	}
	m.in = append(m.in, e)
	if m.ProbeASN != "" && m.ProbeASN != "AS0" {
		a, err := keepiton.ParseEntity(m.ProbeASN)
		if err != nil || a.ASN == 0 || a.Country+a.Access+a.Service != "" {
			return "bad_asn"
		}
		m.in = append(m.in, keepiton.Entity{Country: e.Country, ASN: a.ASN})
	}
	switch access := m.Annotations.NetworkType; access {
	case "":
	case "mobile", "fixed":
		for _, e := range m.in[:len(m.in):len(m.in)] {
			e.Access = access
			m.in = append(m.in, e)
		}
	default:
		return "bad_access"
	}
	return ""
}
