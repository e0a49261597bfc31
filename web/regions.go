package web

import (
	"encoding/json"
	"net/http"
	"strings"

	"keepiton/geo"
	"keepiton/locale"
)

// scriptRegions are the regions of ISO 3166-2 for the script, by country:
// "AA=Addis Ababa|AF=Afar", in the order of the codes, which stand without their
// country.
func scriptRegions(lang string) map[string]string {
	out := map[string]string{}
	for _, c := range geo.Countries() {
		var b strings.Builder
		for i, r := range geo.Regions(c.Code) {
			if i > 0 {
				b.WriteByte('|')
			}
			b.WriteString(strings.TrimPrefix(r.Code, c.Code+"-") + "=" + geo.RegionName(r.Code, lang))
		}
		if b.Len() > 0 {
			out[c.Code] = b.String()
		}
	}
	return out
}

// spoken are the countries where a language of the site is official (CLDR 48,
// supplemental territoryInfo): the carried form has their regions in it, and all
// others in English.
var spoken = map[string]string{
	"ar": "AE BH DJ DZ EG ER IL IQ JO KM KW LB LY MA MR OM PS QA SA SD SO SY TD TN YE",
	"es": "AR BO CL CO CR CU DO EC ES GQ GT HN MX NI PA PE PR PY SV UY VE",
	"fr": "BE BF BI BJ CA CD CF CG CH CI CM DJ DZ FR GA GN GQ HT KM LU MA MC MG ML MR MU NE RW SC SN SY TD TG TN VU",
	"pt": "AO BR CV GQ GW MO MZ PT ST TL",
}

// regionNames are the names in a language where they differ from the English
// ones, in the order of scriptRegions: "|Alger|".
func regionNames(lang string) map[string]string {
	out := map[string]string{}
	for _, country := range strings.Fields(spoken[lang]) {
		var names []string
		for _, r := range geo.Regions(country) {
			name := geo.RegionName(r.Code, lang)
			if name == r.Name {
				name = ""
			}
			names = append(names, name)
		}
		if text := strings.Join(names, "|"); strings.Trim(text, "|") != "" {
			out[country] = text
		}
	}
	return out
}

// regionTable answers with the regions of all countries at once. A form asks for
// it when some country was chosen: nobody learns which.
func (s *Server) regionTable(w http.ResponseWriter, r *http.Request) {
	lang := r.PathValue("lang")
	if !locale.Known(lang) {
		s.elsewhere(w, r)
		return
	}
	e, err := s.scripts.get("regions "+lang, negotiateHeader(r.Header), [32]byte{}, func() (*entry, []byte, error) {
		body, err := json.Marshal(scriptRegions(lang))
		return &entry{contentType: []string{"application/json"}, policy: scriptPolicy}, body, err
	})
	if err != nil {
		s.fail(w, r, err, 0)
		return
	}
	s.send(w, r, e)
}
