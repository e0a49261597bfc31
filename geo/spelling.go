package geo

// Spellings of country names other than those of CLDR and of STOP's fourth
// generation. They come from STOP's older sheets ("DemocraticRepublicCongo",
// "SriLanka", "Venezuela, Bolivarian Republic of") and from everyday use.
var countrySpellings = map[string][]string{
	"AE": {"UAE", "Emirates"},
	"AG": {"Antigua"},
	"BA": {"Bosnia", "Bosnia-Hercegovina"},
	"BO": {"Bolivia, Plurinational State of"},
	"BN": {"Brunei Darussalam"},
	"CD": {
		"DR Congo", "DRC", "Democratic Republic of Congo", "Democratic Republic of the Congo",
		"Democratic Republic Congo", "Congo, Democratic Republic of the", "Congo, DR", "Congo-Kinshasa", "Congo (Kinshasa)", "RDC",
	},
	"CF": {"CAR", "Central African Rep."},
	"CG": {"Republic of the Congo", "Republic of Congo", "Congo-Brazzaville", "Congo (Brazzaville)", "Congo, Republic of the", "Congo Republic", "Republic Congo", "Congo (Republic of the)"},
	"CI": {"Ivory Coast", "Cote dIvoire"},
	"CN": {"People's Republic of China", "PRC"},
	"CV": {"Cape Verde"},
	"CZ": {"Czech Republic"},
	"FM": {"Micronesia, Federated States of"},
	"GB": {"UK", "Great Britain", "Britain", "United Kingdom"},
	"GM": {"The Gambia"},
	"IR": {"Iran, Islamic Republic of", "Islamic Republic of Iran"},
	"KP": {"Korea (Democratic People's Republic of)", "Korea, Democratic People's Republic of", "DPRK", "Democratic People's Republic of Korea"},
	"KR": {"Korea (Republic of)", "Korea, Republic of", "Republic of Korea"},
	"LA": {"Lao PDR"},
	"MD": {"Moldova (Republic of)", "Republic of Moldova"},
	"MK": {"Macedonia", "Republic of North Macedonia"},
	"MM": {"Burma", "Myanmar/Burma"},
	"NL": {"Netherlands (Kingdom of the)", "The Netherlands", "Holland"},
	"PS": {"Occupied Palestinian Territory", "Palestinian Territories", "State of Palestine", "Palestine (State of)", "Palestinian Territory, Occupied"},
	"RU": {"Russia"},
	"SK": {"Slovak Republic"},
	"KG": {"Kyrgyz Republic"},
	"LY": {"Libyan Arab Jamahiriya"},
	"HK": {"Hong Kong SAR"},
	"MO": {"Macau", "Macao SAR", "Macau SAR"},
	"ST": {"Sao Tome", "São Tomé and Príncipe"},
	"SY": {"Syria"},
	"SZ": {"Swaziland"},
	"TL": {"East Timor", "Timor Leste"},
	"TR": {"Türkiye", "Turkiye"},
	"TW": {"Taiwan (Province of China)", "Taiwan, Province of China"},
	"TZ": {"United Republic of Tanzania", "Tanzania (United Republic of)"},
	"US": {"USA", "U.S.", "U.S.A.", "US", "United States"},
	"VA": {"Vatican", "Vatican City State"},
	"VE": {"Venezuela, Bolivarian Republic of"},
	"VN": {"Vietnam"},
	"YE": {"Republic of Yemen"},
}

// countryParts are parts of countries that some sheets write in the country's
// place. They have no code of their own in ISO 3166; a "nationwide" beside one means the part.
var countryParts = map[string]string{
	"somaliland": "SO", "gaza": "PS", "gazastrip": "PS", "westbank": "PS", "crimea": "UA",
}

// Confidence of the ways a name is recognised; see [keepiton.Place].
const (
	sureExact    = 1.0
	sureSpelling = 0.95 // another spelling that means one place only
	guessNear    = 0.8  // one or two letters differ from one known name: a guess
	guessInherit = 0.85 // put into the region named after it without its type
)

const (
	methodExact    = "exact"
	methodSpelling = "spelling"
	methodFuzzy    = "fuzzy"
)
