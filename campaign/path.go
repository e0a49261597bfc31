package campaign

import "keepiton"

// homes are where the public pages of each kind stand.
var homes = map[keepiton.EntryKind]string{
	keepiton.KindOrganization: "/coalition", keepiton.KindPledge: "/pledges", keepiton.KindWatch: "/watch",
	keepiton.KindPetition: "/petition", keepiton.KindLetter: "/letters", keepiton.KindStatement: "/press",
}

// Path returns the path of an entry's public page, without the language:
// /pledges/KIP-2026-0007. It is empty for what is no id of ours.
func Path(id keepiton.EntryID) string {
	home := homes[id.Kind()]
	if home == "" {
		return ""
	}
	return home + "/" + string(id)
}
