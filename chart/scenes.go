package chart

// icons are the things of the scenes, as path data from their middle.
var icons = map[string]string{
	"phone":     "m-7-12h14v24h-14zm5 20h4",
	"house":     "m-12 0l12-10 12 10m-3-2v13h-18v-13",
	"mast":      "m-8 14l8-24 8 24m-13-9h10m1-21a7 7 0 0 1 0 10m-12-10a7 7 0 0 0 0 10",
	"office":    "m-11-12h22v24h-22zm0 8h22m-22 8h22m-17-12h3m-3 8h3m-3 8h3",
	"globe":     "m-13 0a13 13 0 1 0 26 0a13 13 0 1 0-26 0zh26m-13-13c-9 7-9 19 0 26c9-7 9-19 0-26",
	"book":      "m-14-10h11l3 3 3-3h11v18h-11l-3 3-3-3h-11zm14 3v18m-10-11h5m-5 4h5",
	"lens":      "m-9-3a8 8 0 1 0 16 0a8 8 0 1 0-16 0zm14 6l8 8",
	"plug":      "m4-6v12h-4a6 6 0 0 1 0-12zm0 3h6m-6 6h6m-16-3h-8",
	"app":       "m-8-8h16v16h-16z",
	"clock":     "m-13 0a13 13 0 1 0 26 0a13 13 0 1 0-26 0zm13-9v9l6 4",
	"moon":      "m2-8a8.500 8.500 0 1 0 7 11a7 7 0 0 1-7-11z",
	"paper":     "m-9-12h12l6 6v18h-18zm12 0v6h6m-13 2h8m-8 5h8m-8 5h5",
	"tick":      "m-5 0l4 4 6-9",
	"letter":    "m-11-8h22v16h-22zl11 9 11-9",
	"receiver":  "m-9-9c-2 9 9 20 18 18l-1-6-6-2-3 3c-3-1-5-3-6-6l3-3-2-6z",
	"satellite": "m-4-4h8v8h-8zm0 1h-9v6h9m8-6h9v6h-9m-4 1v5",
	"dish":      "m-9-5a12 12 0 0 0 16 12zm8 6l7-8m-8 9l-5 10h12",
	"waves":     "m-4-6a9 9 0 0 1 0 12m5-17a14 14 0 0 1 0 22m5-27a20 20 0 0 1 0 32",
	"gate":      "m-4-34h8v68h-8zm0 14h8m-8 14h8m-8 14h8m-8 14h8",
}

// scenes are what the pictures show, by the name of the kind or the technique.
var scenes = map[string]func(*scene){
	"blackout":   func(s *scene) { s.network(cut, cut, cut) },
	"mobile":     func(s *scene) { s.network(cut, works, works) },
	"throttling": func(s *scene) { s.network(slow, slow, slow) },
	"platform": func(s *scene) {
		s.icon("phone", 14, 42)
		s.icon("office", 66, 42)
		s.link(26, 42, 52, 42, works)
		for i, is := range []line{works, cut, works} {
			y := 14 + 28*float64(i)
			s.icon("app", 148, y)
			s.link(80, 42, 136, y, is)
		}
		s.icon("letter", 148, 42)
	},
	"curfew": func(s *scene) {
		for i := range 4 {
			x := 4 + 40*float64(i)
			s.link(x, 58, x+16, 58, works)
			s.link(x+20, 58, x+38, 58, cut)
			s.icon("moon", x+29, 30)
		}
	},
	"exam": func(s *scene) {
		s.icon("paper", 20, 42)
		s.icon("clock", 60, 42)
		s.link(84, 42, 100, 42, works)
		s.link(104, 42, 126, 42, cut)
		s.link(130, 42, 164, 42, works)
	},
	"region": func(s *scene) {
		s.rtl = false // east is on the right in every language
		s.path("i", "M"+num(s.x(84))+" 42m-54-20l40-14 44 6 24 22-10 30-48 10-44-14z")
		s.path("a", "M"+num(s.x(84))+" 42m0-32l30 4 24 22-10 30-30 6-14-30z")
		s.path("i", "M"+num(s.x(84))+" 42m0-32m0 32l14 30")
		s.path("i", "M"+num(s.x(84))+" 42v-33")
		s.cross(110, 30)
		s.icon("phone", 64, 40)
		s.icon("phone", 115, 58)
	},
	"operator": func(s *scene) {
		for i, is := range []line{cut, works} {
			y := 20 + 44*float64(i)
			s.icon("phone", 14, y)
			s.icon("office", 78, y)
			s.link(26, y, 64, y, is)
			s.link(92, y, 136, 38+8*float64(i), works)
		}
		s.icon("globe", 152, 42)
	},
	"ipv6": func(s *scene) {
		s.icon("phone", 14, 42)
		s.icon("globe", 152, 42)
		s.link(28, 34, 136, 34, works)
		s.link(28, 52, 136, 52, cut)
		s.word(54, 26, "IPv4")
		s.word(54, 70, "IPv6")
	},
	"whitelist": func(s *scene) {
		s.icon("phone", 14, 42)
		s.icon("gate", 72, 42)
		s.link(26, 42, 64, 42, works)
		s.icon("app", 148, 14)
		s.icon("tick", 148, 15)
		s.link(80, 30, 136, 14, works)
		s.icon("globe", 148, 58)
		s.link(80, 54, 132, 58, cut)
	},
	"voice": func(s *scene) {
		s.icon("phone", 14, 42)
		s.icon("phone", 154, 42)
		s.icon("receiver", 52, 20)
		s.icon("letter", 52, 64)
		s.link(70, 20, 140, 34, cut)
		s.link(70, 64, 140, 50, cut)
	},
	"satellite": func(s *scene) {
		s.icon("house", 20, 64)
		s.icon("dish", 56, 56)
		s.icon("satellite", 132, 20)
		s.link(70, 48, 118, 26, cut)
	},
	"infrastructure": func(s *scene) {
		s.icon("plug", 34, 42)
		s.icon("mast", 92, 42)
		s.icon("phone", 150, 42)
		s.link(46, 42, 82, 42, cut)
		s.link(104, 42, 138, 42, cut)
	},
	"mobile_data": func(s *scene) {
		s.icon("phone", 14, 42)
		s.icon("mast", 66, 42)
		s.icon("office", 128, 42)
		s.link(26, 36, 56, 36, works)
		s.link(76, 36, 114, 36, works)
		s.icon("receiver", 40, 16)
		s.link(20, 68, 122, 68, cut)
	},
	"routing": func(s *scene) {
		s.icon("globe", 18, 42)
		for i, is := range []line{works, works, cut} {
			y := 14 + 28*float64(i)
			s.icon("office", 150, y)
			s.link(84, 42, 136, y, is)
		}
		s.link(34, 42, 84, 42, works)
	},
	"dns": func(s *scene) {
		s.icon("phone", 14, 30)
		s.icon("book", 76, 64)
		s.icon("globe", 150, 30)
		s.link(26, 30, 134, 30, cut)
		s.link(24, 44, 58, 60, works)
		s.word(102, 68, "?")
	},
	"filtering": func(s *scene) {
		s.icon("phone", 14, 42)
		s.icon("gate", 84, 42)
		s.icon("app", 148, 20)
		s.icon("app", 148, 64)
		s.link(26, 38, 136, 20, works)
		s.link(26, 46, 78, 58, works)
		s.link(90, 60, 136, 64, cut)
	},
	"deep_packet_inspection": func(s *scene) {
		s.icon("phone", 14, 56)
		s.icon("letter", 48, 56)
		s.icon("lens", 86, 54)
		s.icon("globe", 152, 56)
		s.link(26, 56, 34, 56, works)
		s.link(62, 56, 74, 56, works)
		s.link(100, 56, 136, 56, cut)
		s.icon("office", 86, 20)
		s.link(86, 34, 86, 42, works)
	},
	"rogue_infrastructure": func(s *scene) {
		s.icon("phone", 14, 46)
		s.icon("mast", 72, 46)
		s.icon("waves", 92, 40)
		s.word(72, 78, "!")
		s.icon("mast", 150, 46)
		s.link(26, 46, 60, 46, works)
		s.link(104, 58, 138, 58, cut)
	},
	"denial_of_service": func(s *scene) {
		for i := range 5 {
			y := 10 + 16*float64(i)
			s.link(6, y, 78, 26+8*float64(i), works)
		}
		s.icon("office", 92, 42)
		s.icon("phone", 154, 42)
		s.link(106, 42, 142, 42, cut)
	},
	"slowed": func(s *scene) {
		s.icon("globe", 18, 42)
		s.path("i", "M"+num(s.x(84))+" 42m-24-22l20 16h8l20-16m-48 44l20-16h8l20 16")
		for _, y := range []float64{32, 42, 52} {
			s.link(36, y, 66, y, works)
		}
		s.link(86, 42, 138, 42, slow)
		s.icon("phone", 154, 42)
	},
}
