package probe

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"

	"keepiton"
)

// Limits of a file of results.
const (
	MaxLine = 256 << 10 // bytes of a measurement
	MaxFile = 64 << 20  // bytes of a file
)

// Read reads lines of JSON as [Write] writes them. What is no measurement of ours is
// told to bad, with its kind and the byte that the line begins at, and passed over. The
// error is that of r or of put; too_large when the file is.
func Read(r io.Reader, put func(m *Measurement, offset int64) error, bad func(kind string, offset int64, why error)) error {
	in := bufio.NewReaderSize(&io.LimitedReader{R: r, N: MaxFile + 1}, MaxLine)
	var at int64
	for {
		line, err := in.ReadSlice('\n')
		offset := at
		at += int64(len(line))
		switch {
		case at > MaxFile:
			return keepiton.Errorf(keepiton.TooLarge, "results: more than %d bytes", MaxFile)
		case errors.Is(err, bufio.ErrBufferFull):
			bad("long_line", offset, nil)
			for errors.Is(err, bufio.ErrBufferFull) {
				line, err = in.ReadSlice('\n')
				at += int64(len(line))
			}
			if err == nil {
				continue
			}
		case len(bytes.TrimSpace(line)) > 0:
			m := &Measurement{}
			if kind, why := decodeLine(line, m); kind != "" {
				bad(kind, offset, why)
			} else if err := put(m, offset); err != nil {
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

// decodeLine reads one measurement; kind is what is wrong with it.
func decodeLine(line []byte, m *Measurement) (kind string, why error) {
	if err := json.Unmarshal(line, m); err != nil {
		return "not_json", err
	}
	if m.TestName != TestName {
		return "other_test", nil
	}
	at, err := time.Parse(timeLayout, m.StartTime)
	if err != nil || at.Year() < 2020 || at.Year() > 2200 {
		return "bad_time", err
	}
	e, err := keepiton.ParseEntity("country/" + m.ProbeCC)
	if err != nil || e.Region != "" || e.Access != "" || e.Service != "" {
		return "bad_country", err
	}
	if s, err := keepiton.ParseEntity("world/" + m.Input); err != nil || s.Service != m.Input || m.Input == "" {
		return "bad_service", err
	}
	if m.ProbeASN != "" && m.ProbeASN != "AS0" {
		if a, err := keepiton.ParseEntity(m.ProbeASN); err != nil || a.ASN == 0 || a.Country != "" {
			return "bad_asn", err
		}
	}
	if t := m.Annotations["network_type"]; t != "" && t != "mobile" && t != "fixed" {
		return "bad_access", nil
	}
	if len(m.ProbeID) > 64 || len(m.Keys.Mechanisms) > 64 {
		return "too_much", nil
	}
	return "", nil
}

// At is the hour of the measurement, UTC.
func (m *Measurement) At() time.Time {
	at, _ := time.Parse(timeLayout, m.StartTime) // was looked at by Read
	return at
}

// Entities are what the measurement is about: the country, and what the network has
// there where that was said; each also by kind of access. None when the country was
// withheld.
func (m *Measurement) Entities() (out []keepiton.Entity) {
	if m.ProbeCC == "ZZ" || m.ProbeCC == "" {
		return nil
	}
	places := []keepiton.Entity{{Country: m.ProbeCC}}
	if m.ProbeASN != "" && m.ProbeASN != "AS0" {
		if a, err := keepiton.ParseEntity(m.ProbeASN); err == nil {
			places = append(places, keepiton.Entity{Country: m.ProbeCC, ASN: a.ASN})
		}
	}
	for _, e := range places {
		out = append(out, e)
		if access := m.Annotations["network_type"]; access != "" {
			e.Access = access
			out = append(out, e)
		}
	}
	return out
}
