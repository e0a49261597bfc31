package sample

import (
	"encoding/binary"
	"time"

	"keepiton"
)

// Signers are the made-up signatures under a made-up petition: from its first day
// to its last, or to now, more at first than later, most of its own country.
func Signers(id keepiton.EntryID, p *keepiton.Petition, now time.Time) (out []keepiton.PetitionSigner) {
	last := p.Closes.At
	if now.Before(last) {
		last = now
	}
	countries := []string{p.Country, p.Country, p.Country, "XA", "", p.Country, "XB", "XC", p.Country, "", "XD"}
	n := uint64(0)
	for i, day := 0, p.Opens.At; !day.After(last); i, day = i+1, day.AddDate(0, 0, 1) {
		for k := range 30 + 170/(i+1) + 13*(i%4) {
			n++
			s := keepiton.PetitionSigner{Petition: id, Way: keepiton.ByMail, Country: countries[k%len(countries)], Day: day.UTC().Format(time.DateOnly)}
			if k%7 == 3 {
				s.Way = keepiton.ByPartner
			}
			binary.BigEndian.PutUint64(s.Mark[:], n)
			out = append(out, s)
		}
	}
	return out
}
