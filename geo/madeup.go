package geo

// MadeUp is the invented world of package sample: eight countries under
// user-assigned codes of ISO 3166-1 (XA to XH), which no real country will
// ever have. Names are ours and mean nothing.
func MadeUp() []Country {
	out := make([]Country, len(madeUp))
	for i, m := range madeUp {
		out[i] = m.Country
	}
	return out
}

type madeUpCountry struct {
	Country
	Names   [7]string   // in the order of languages
	Regions [][7]string // codes are XA-01, XA-02, ...
	X, Y    int         // of the dot on the world map: open sea
}

// same is a name written alike in the languages of Latin script.
func same(latin, arabic, amharic string) [7]string {
	return [7]string{latin, latin, arabic, latin, latin, amharic, latin}
}

var madeUp = []madeUpCountry{
	{
		Country: Country{Code: "XA", STOP: "Norland (Republic of)", Region: "europe"},
		Names:   [7]string{"Norland", "Norlande", "نورلاند", "Norlandia", "Norlândia", "ኖርላንድ", "Norlàndia"}, X: 252, Y: 34,
		Regions: [][7]string{same("Skarvik", "سكارفيك", "ስካርቪክ"), same("Brenholt", "برنهولت", "ብሬንሆልት"), same("Ostermark", "أوسترمارك", "ኦስተርማርክ")},
	},
	{
		Country: Country{Code: "XB", STOP: "Savara", Region: "africa"},
		Names:   [7]string{"Savara", "Savara", "سافارا", "Savara", "Savara", "ሳቫራ", "Savara"}, X: 249, Y: 154,
		Regions: [][7]string{same("Lower Tembe", "تمبي السفلى", "ታችኛው ቴምቤ"), same("Upper Tembe", "تمبي العليا", "ላይኛው ቴምቤ"), same("Kitoro", "كيتورو", "ኪቶሮ"), same("Masaba Coast", "ساحل ماسابا", "ማሳባ ዳርቻ")},
	},
	{
		Country: Country{Code: "XC", STOP: "Qamaria (Kingdom of)", Region: "mena"},
		Names:   [7]string{"Qamaria", "Qamarie", "قمرية", "Camaria", "Camária", "ቀማሪያ", "Qamària"}, X: 405, Y: 132,
		Regions: [][7]string{same("Bahriya", "بحرية", "ባሕሪያ"), same("Wadi Noor", "وادي نور", "ዋዲ ኑር"), same("Jabalain", "جبلين", "ጀበላይን")},
	},
	{
		Country: Country{Code: "XD", STOP: "Marusha (Union of)", Region: "apac"},
		Names:   [7]string{"Marusha", "Marousha", "ماروشا", "Marusa", "Maruxa", "ማሩሻ", "Maruixa"}, X: 433, Y: 205,
		Regions: [][7]string{same("Kalpet", "كالبيت", "ካልፔት"), same("Anjora", "أنجورا", "አንጆራ"), same("Sundari Hills", "تلال سونداري", "ሱንዳሪ ኮረብታዎች"), same("Port Velu", "بورت فيلو", "ፖርት ቬሉ"), same("Devgaon", "ديفغاون", "ዴቭጋኦን")},
	},
	{
		Country: Country{Code: "XE", STOP: "Costa Alba", Region: "lac"},
		Names:   [7]string{"Costa Alba", "Costa Alba", "كوستا ألبا", "Costa Alba", "Costa Alva", "ኮስታ አልባ", "Costa Alba"}, X: 104, Y: 198,
		Regions: [][7]string{same("Río Claro", "ريو كلارو", "ሪዮ ክላሮ"), same("San Telmo", "سان تيلمو", "ሳን ቴልሞ"), same("Altamira", "ألتاميرا", "አልታሚራ")},
	},
	{
		Country: Country{Code: "XF", STOP: "Velkovia", Region: "eeca"},
		Names:   [7]string{"Velkovia", "Velkovie", "فيلكوفيا", "Velkovia", "Velkóvia", "ቬልኮቪያ", "Velkòvia"}, X: 560, Y: 50,
		Regions: [][7]string{same("Zarechny", "زاريتشني", "ዛሬችኒ"), same("Dolina", "دولينا", "ዶሊና"), same("Severograd", "سيفيروغراد", "ሴቬሮግራድ"), same("Orlovo", "أورلوفو", "ኦርሎቮ")},
	},
	{
		Country: Country{Code: "XG", STOP: "Aranda (Federal State of)", Region: "africa"},
		Names:   [7]string{"Aranda", "Aranda", "أراندا", "Aranda", "Aranda", "አራንዳ", "Aranda"}, X: 391, Y: 247,
		Regions: [][7]string{same("Gelana", "غيلانا", "ገላና"), same("Mirab Amba", "ميراب أمبا", "ምዕራብ አምባ"), same("Debre Worka", "دبري وركا", "ደብረ ወርቃ")},
	},
	{
		Country: Country{Code: "XH", STOP: "Pelican Bay", Region: "north_america"},
		Names:   [7]string{"Pelican Bay", "Baie-du-Pélican", "خليج البجع", "Bahía Pelícano", "Baía do Pelicano", "ፔሊካን ባሕረ ሰላጤ", "Badia del Pelicà"}, X: 210, Y: 71,
		Regions: [][7]string{same("Eastport", "إيستبورت", "ኢስትፖርት"), same("Millbrook", "ميلبروك", "ሚልብሩክ")},
	},
}
