package sample

import (
	"time"

	"keepiton"
)

// watches tells of days to look at: some to come, one that brought a cut.
func watches(b *binder) {
	desk := []keepiton.Contact{{Name: "Sample watch desk", Role: "answers day and night", Address: "watch@campaign.example.org", Lang: "en"}}
	b.published(60, &keepiton.Watch{ // KIW-…-0001: pledges, letters and the petition name it, see vote
		Title: keepiton.Texts{"en": "Parliamentary election in Aranda", "am": "የአራንዳ የፓርላማ ምርጫ", "ar": "الانتخابات البرلمانية في أراندا", "fr": "Élections législatives en Aranda", "es": "Elecciones parlamentarias en Aranda", "pt": "Eleições parlamentares em Aranda", "ca": "Eleccions parlamentàries a Aranda"},
		Cause: "election", Country: "XG", From: b.ago(1), To: b.in(1), Status: "confirmed",
		Why:      keepiton.Texts{"en": "The country was offline for three weeks after the last change of power. The count is done in one building, behind one operator.", "am": "ከመጨረሻው የሥልጣን ለውጥ በኋላ አገሪቱ ለሦስት ሳምንት ያለ ኢንተርኔት ነበረች። ቆጠራው የሚካሄደው በአንድ ሕንፃ፣ በአንድ ኦፕሬተር በኩል ነው።"},
		Prepare:  keepiton.Texts{"en": "Agree on a place and an hour to meet without phones. Print the numbers of the observers.", "am": "ያለ ስልክ የምትገናኙበትን ቦታና ሰዓት ተስማሙ። የታዛቢዎችን ስልክ ቁጥር አትሙ።"},
		Contacts: desk, Incidents: []keepiton.IncidentID{b.incident("XG", b.hoursAgo(31))},
		Sources: []keepiton.Source{news("s1", "aranda/calendar", "The calendar of the vote", b.ago(80))},
	})
	b.published(50, &keepiton.Watch{
		Title: keepiton.Texts{"en": "Second round in Aranda", "am": "በአራንዳ ሁለተኛ ዙር", "ar": "الدورة الثانية في أراندا", "fr": "Second tour en Aranda", "es": "Segunda vuelta en Aranda", "pt": "Segundo turno em Aranda", "ca": "Segona volta a Aranda"},
		Cause: "election", Country: "XG", From: b.in(13), Status: "tentative", Contacts: desk,
		Sources: []keepiton.Source{news("s1", "aranda/second-round", "If nobody wins", b.ago(30))},
	})
	year := b.now.Year() + 1
	b.published(45, &keepiton.Watch{
		Title: keepiton.Texts{"en": "Final school exams in Qamaria", "ar": "امتحانات الشهادة في قمرية", "fr": "Examens de fin d’études en Qamarie", "am": "በቀማሪያ የመጨረሻ ፈተናዎች", "es": "Exámenes finales en Camaria", "pt": "Exames finais em Camária", "ca": "Exàmens finals a Qamària"},
		Cause: "exam", Country: "XC", From: keepiton.On(year, time.June, 4), To: keepiton.On(year, time.June, 18), Status: "tentative",
		Why:     keepiton.Texts{"en": "The kingdom went offline on every exam morning of the last three years.", "ar": "انقطعت المملكة عن الإنترنت في كل صباح امتحان في السنوات الثلاث الأخيرة."},
		Sources: []keepiton.Source{order("s1", "qamaria/exam-days", "Circular with the days of the exams", "")},
	})
	b.published(40, &keepiton.Watch{
		Title: keepiton.Texts{"en": "General election in Norland", "fr": "Élections générales en Norlande", "ar": "الانتخابات العامة في نورلاند", "am": "የኖርላንድ ጠቅላላ ምርጫ", "es": "Elecciones generales en Norlandia", "pt": "Eleições gerais na Norlândia", "ca": "Eleccions generals a Norlàndia"},
		Cause: "election", Country: "XA", From: b.in(62), Status: "confirmed", Contacts: desk,
		Sources: []keepiton.Source{news("s1", "norland/date", "Norland sets the day", b.ago(45))},
	})
	vote := b.incident("XB", b.on(2, time.January, 13))
	b.published(38, &keepiton.Watch{
		Title: keepiton.Texts{"en": "Anniversary of the vote in the dark, Savara", "fr": "Anniversaire du vote dans le noir, Savara", "ar": "ذكرى التصويت في الظلام، سافارا"},
		Cause: "anniversary", Country: "XB", From: keepiton.On(year, time.January, 13), Status: "confirmed",
		Why:       keepiton.Texts{"en": "Marches are called for in both Tembes.", "fr": "Des marches sont annoncées dans les deux Tembe."},
		Incidents: nil, Places: []keepiton.Place{{Country: "XB", Region: "XB-01", Confidence: 1, Method: "person"}, {Country: "XB", Region: "XB-02", Confidence: 1, Method: "person"}},
		Sources: []keepiton.Source{partner("s1", "savara/anniversary", "Three years after "+string(vote))},
	})
	b.published(36, &keepiton.Watch{
		Title: keepiton.Texts{"en": "The order for the Sundari Hills may be renewed", "fr": "L’ordre pour Sundari Hills peut être prolongé"},
		Cause: "order_expiry", Country: "XD", Places: []keepiton.Place{{Country: "XD", Region: "XD-03", Confidence: 1, Method: "person"}}, From: b.in(5), Status: "tentative",
		Expires: b.incident("XD", b.ago(6)),
		Sources: []keepiton.Source{order("s1", "marusha/order-114", "Order 114", "For fourteen days from its date.")},
	})
	b.published(30, &keepiton.Watch{
		Title: keepiton.Texts{"en": "March of the teachers, Costa Alba", "es": "Marcha de los docentes, Costa Alba", "ca": "Marxa dels docents, Costa Alba", "pt": "Marcha dos professores, Costa Alva"},
		Cause: "protest", Country: "XE", From: b.in(20), Status: "cancelled",
		Sources: []keepiton.Source{news("s1", "costa-alba/teachers", "Talks instead of a march", b.ago(10))},
	})
	b.draft(3, &keepiton.Watch{Title: keepiton.Texts{"en": "Local elections in Velkovia"}, Cause: "election", Country: "XF", Status: "tentative"})
}

// vote is the watch item that other entries name: the first of its year.
func (b *binder) vote() keepiton.EntryID {
	return keepiton.NewEntryID(keepiton.KindWatch, b.ago(60).At.Year(), 1)
}

// pledges tells of promises that were kept, broken, overtaken, and one that the
// record says is broken while nobody has confirmed it yet.
func pledges(b *binder) {
	b.published(1000, &keepiton.Pledge{
		Leader: "A. Tamba", Office: keepiton.Texts{"en": "President", "fr": "Président", "ar": "الرئيس", "am": "ፕሬዝዳንት", "es": "Presidente", "pt": "Presidente", "ca": "President"}, Body: "executive_government", Country: "XB", Lang: "fr",
		Words: keepiton.Texts{"fr": "Il n’y aura pas de coupure pendant ce vote. Vous avez ma parole.", "en": "There will be no shutdown during this vote. You have my word.", "ar": "لن يكون هناك قطع خلال هذا التصويت. لكم كلمتي.", "am": "በዚህ ምርጫ መስመር አይቋረጥም። ቃሌን ሰጥቻችኋለሁ።", "es": "No habrá apagón durante esta votación. Tienen mi palabra."},
		Made:  b.on(2, time.January, 9), Scope: "election", Until: b.on(2, time.January, 31), Outcome: "broken", On: b.on(2, time.January, 13),
		BrokenBy: []keepiton.IncidentID{b.incident("XB", b.on(2, time.January, 13))},
		Note:     keepiton.Texts{"en": "The ministry of information had the whole country cut off four days later.", "fr": "Quatre jours plus tard, le ministère de l’information a fait couper tout le pays."},
		Sources:  []keepiton.Source{news("s1", "savara/my-word", "“You have my word”", b.on(2, time.January, 10))},
	})
	b.published(400, &keepiton.Pledge{
		Leader: "H. Al-Jabali", Office: keepiton.Texts{"en": "Minister of Education", "ar": "وزير التربية", "fr": "Ministre de l’Éducation"}, Body: "executive_government", Country: "XC", Lang: "ar",
		Words: keepiton.Texts{"ar": "لن تُقطع الإنترنت في امتحانات هذا العام.", "en": "The internet will not be cut during this year’s exams.", "fr": "Internet ne sera pas coupé pendant les examens de cette année."},
		Made:  b.on(1, time.March, 2), Scope: "exams", Until: b.on(1, time.July, 31), Outcome: "broken", On: b.on(1, time.June, 3),
		BrokenBy: []keepiton.IncidentID{b.incident("XC", b.on(1, time.June, 3))},
		Sources:  []keepiton.Source{{ID: "s1", Kind: "statement", URL: "https://gov.example.org/qamaria/exams-pledge", Title: "Answer to a question in the chamber"}},
	})
	b.published(395, &keepiton.Pledge{
		Leader: "R. Whitcombe", Office: keepiton.Texts{"en": "Head of the electoral board", "fr": "Présidente de la commission électorale", "es": "Presidenta de la junta electoral"}, Body: "executive_government", Country: "XH", Lang: "en",
		Words: keepiton.Texts{"en": "Every platform will run at full speed on all days of the count.", "fr": "Toutes les plateformes fonctionneront à pleine vitesse pendant tout le dépouillement."},
		Made:  b.on(2, time.September, 15), Scope: "election", Until: b.on(2, time.December, 1), Outcome: "kept", On: b.on(2, time.December, 1),
		Note:    keepiton.Texts{"en": "We know of no cut in that time."},
		Sources: []keepiton.Source{news("s1", "pelican/full-speed", "At full speed", b.on(2, time.September, 16))},
	})
	b.published(45, &keepiton.Pledge{
		Leader: "ወ. ደሳለኝ", Office: keepiton.Texts{"am": "የመገናኛ ሚኒስትር", "en": "Minister of Communications", "ar": "وزير الاتصالات", "fr": "Ministre des Communications", "es": "Ministro de Comunicaciones", "pt": "Ministro das Comunicações", "ca": "Ministre de Comunicacions"}, Body: "executive_government", Country: "XG", Lang: "am",
		Words: keepiton.Texts{"am": "ከምርጫው በፊትም ሆነ በኋላ ኢንተርኔት አይቋረጥም።", "en": "The internet will not be cut before or after the election.", "ar": "لن تُقطع الإنترنت قبل الانتخابات ولا بعدها.", "fr": "Internet ne sera coupé ni avant ni après l’élection.", "es": "Internet no se cortará ni antes ni después de las elecciones.", "pt": "A internet não será cortada nem antes nem depois da eleição.", "ca": "Internet no es tallarà ni abans ni després de les eleccions."},
		Made:  b.ago(24), Scope: "election", Until: b.in(30), Watch: b.vote(), Outcome: "open",
		Sources: []keepiton.Source{{ID: "s1", Kind: "statement", URL: "https://gov.example.org/aranda/pledge", Title: "Speech before the observers", Quote: "ከምርጫው በፊትም ሆነ በኋላ ኢንተርኔት አይቋረጥም።"}},
	})
	b.published(44, &keepiton.Pledge{
		Leader: "I. Halvorsen", Office: keepiton.Texts{"en": "Candidate for prime minister", "fr": "Candidate au poste de Première ministre"}, Body: "executive_government", Country: "XA", Lang: "en",
		Words: keepiton.Texts{"en": "Under my government nobody will switch off a network, for no reason and on no day.", "fr": "Sous mon gouvernement, personne n’éteindra un réseau, pour aucune raison et aucun jour."},
		Made:  b.ago(40), Scope: "always", Outcome: "open",
		Sources: []keepiton.Source{news("s1", "norland/halvorsen", "A promise in Brenholt", b.ago(39))},
	})
	b.published(43, &keepiton.Pledge{
		Leader: "D. Orlov", Office: keepiton.Texts{"en": "Candidate for mayor of Orlovo"}, Body: "local_government", Country: "XF", Lang: "en",
		Words: keepiton.Texts{"en": "If I am elected, the town will never be cut off again."},
		Made:  b.on(1, time.May, 20), Scope: "always", Until: b.on(1, time.September, 30), Outcome: "expired", On: b.on(1, time.September, 30),
		Note:    keepiton.Texts{"en": "Was not elected."},
		Sources: []keepiton.Source{news("s1", "velkovia/orlovo", "Candidates in Orlovo", b.on(1, time.May, 21))},
	})
	b.waiting(5, &keepiton.Pledge{
		Leader: "M. Quispe", Office: keepiton.Texts{"es": "Ministra del Interior", "en": "Minister of the Interior"}, Body: "executive_government", Country: "XE", Lang: "es",
		Words: keepiton.Texts{"es": "No volveremos a tocar la red en una protesta.", "en": "We will not touch the network in a protest again."},
		Made:  b.ago(12), Scope: "protests", Outcome: "open",
		Sources: []keepiton.Source{news("s1", "costa-alba/quispe", "“No volveremos”", b.ago(11))},
	})
}
