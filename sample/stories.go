package sample

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/png"
	"slices"
	"time"

	"keepiton"
)

// Told is a made-up story with the bytes of its picture, if it has one.
type Told struct {
	Story   keepiton.Story
	Picture []byte
}

// Stories returns made-up accounts of incidents of World(now), published, in
// several languages; some translations are marked as a machine's. Ids are left
// to the store.
func Stories(now time.Time) []Told {
	world := World(now)
	of := func(country string) (out []keepiton.IncidentID, when keepiton.Moment) {
		for _, rev := range slices.Backward(world) {
			if inc := &rev.Incident; inc.State == keepiton.Published && slices.Contains(inc.Countries(), country) {
				return []keepiton.IncidentID{inc.ID}, keepiton.Moment{At: inc.Start().At.Truncate(day), Precision: keepiton.Month}
			}
		}
		return nil, keepiton.Moment{}
	}
	var out []Told
	tell := func(country, region string, st keepiton.Story) *keepiton.Story {
		st.State = keepiton.Published
		st.Incidents, st.When = of(country)
		st.Places = []keepiton.Place{{Country: country, Region: region, Confidence: 1, Method: "person"}}
		out = append(out, Told{Story: st})
		return &out[len(out)-1].Story
	}
	tell("XG", "XG-01", keepiton.Story{
		Lang: "am", Title: "ስምንት ሞት፣ ከቀናት በኋላ", Named: keepiton.NamedRolePlace, Name: "በገላና የሚኖር መምህር", Harms: []string{"family", "information"},
		Text:  "ወንድሜ ሌላ ከተማ ይኖር ነበር። መስመሩ ከተቋረጠ በኋላ ለአሥራ አንድ ቀን ከእርሱ ምንም አልሰማሁም።\n\nከእኛ መንደር ስምንት ሰዎች እንደሞቱ የሰማሁት ከቀናት በኋላ፣ በእግሩ ከመጣ ሰው ነው። ቀብራቸው አልፎ ነበር።\n\nስልኬን በየቀኑ እከፍተው ነበር። ሁልጊዜ ባዶ ነበር።",
		Quote: "ስምንት ሰዎች እንደሞቱ የሰማሁት ከቀናት በኋላ፣ በእግሩ ከመጣ ሰው ነው።",
		Translations: []keepiton.Translation{
			{Lang: "en", Title: "Eight deaths, days later", Text: "My brother lived in another town. After the line was cut I heard nothing of him for eleven days.\n\nThat eight people of our village had died I learned days later, from a man who came on foot. Their burial was over.\n\nI switched my phone on every day. It was always empty.", Quote: "That eight people of our village had died I learned days later, from a man who came on foot."},
			{Lang: "ar", Machine: true, Title: "ثماني وفيات، بعد أيام", Text: "كان أخي يعيش في مدينة أخرى. بعد انقطاع الخط لم أسمع عنه شيئًا أحد عشر يومًا.\n\nعلمت بعد أيام، من رجل جاء سيرًا على الأقدام، أن ثمانية من أهل قريتنا ماتوا. كان دفنهم قد انتهى.\n\nكنت أفتح هاتفي كل يوم. كان فارغًا دائمًا.", Quote: "علمت بعد أيام، من رجل جاء سيرًا على الأقدام، أن ثمانية من أهل قريتنا ماتوا."},
			{Lang: "fr", Machine: true, Title: "Huit morts, des jours plus tard", Text: "Mon frère vivait dans une autre ville. Après la coupure, je n’ai rien su de lui pendant onze jours.\n\nQue huit personnes de notre village étaient mortes, je l’ai appris des jours plus tard, d’un homme venu à pied. L’enterrement était passé.\n\nJ’allumais mon téléphone chaque jour. Il était toujours vide.", Quote: "Que huit personnes de notre village étaient mortes, je l’ai appris des jours plus tard, d’un homme venu à pied."},
		},
	})
	tell("XC", "XC-02", keepiton.Story{
		Lang: "ar", Title: "حراسة الليل", Harms: []string{"safety"},
		Text:  "حين انقطع كل شيء صرنا نتناوب الحراسة على باب الشارع، كل ليلة اثنان منا. لم يكن أحد يستطيع أن يتصل ليحذّرنا.\n\nكنا نعدّ الأصوات. كل سيارة لا نعرفها كانت تعني أن نوقظ الجميع.",
		Quote: "لم يكن أحد يستطيع أن يتصل ليحذّرنا.",
		Translations: []keepiton.Translation{
			{Lang: "en", Title: "Guard duty", Text: "When everything was cut we took turns standing guard at the gate of the street, two of us each night. Nobody could call to warn us.\n\nWe counted the sounds. Every car we did not know meant waking everybody.", Quote: "Nobody could call to warn us."},
			{Lang: "am", Machine: true, Title: "የሌሊት ጥበቃ", Text: "ሁሉም ነገር በተቋረጠ ጊዜ በየሌሊቱ ሁለት ሁለት እየሆንን በመንገዱ በር ላይ በየተራ እንጠብቅ ነበር። ሊያስጠነቅቀን ሊደውል የሚችል ማንም አልነበረም።\n\nድምፆችን እንቆጥር ነበር። የማናውቀው መኪና ሁሉ ሰውን ሁሉ መቀስቀስ ማለት ነበር።", Quote: "ሊያስጠነቅቀን ሊደውል የሚችል ማንም አልነበረም።"},
		},
	})
	road := tell("XB", "XB-02", keepiton.Story{
		Lang: "en", Title: "Four hours by road to send a report", Named: keepiton.NamedRolePlace, Name: "a health worker in Upper Tembe", Harms: []string{"health", "income"}, Uses: []string{"press"},
		Text:  "Every Friday the clinic sends its numbers: who came with fever, which medicine is running out. For five weeks I carried them to the next district on a motorbike. Four hours there, four hours back, to press one button.\n\nThe day I was away, two women came to give birth. The nurse could not reach me to ask where the key was.",
		Quote: "Four hours there, four hours back, to press one button.",
		Translations: []keepiton.Translation{
			{Lang: "es", Machine: true, Title: "Cuatro horas de camino para enviar un informe", Text: "Cada viernes la clínica envía sus números: quién vino con fiebre, qué medicina se acaba. Durante cinco semanas los llevé en moto al distrito vecino. Cuatro horas de ida, cuatro de vuelta, para apretar un botón.\n\nEl día que no estuve, dos mujeres vinieron a dar a luz. La enfermera no pudo preguntarme dónde estaba la llave.", Quote: "Cuatro horas de ida, cuatro de vuelta, para apretar un botón."},
		},
	})
	picture := dusk()
	sum := sha256.Sum256(picture)
	road.Media = []keepiton.StoryMedia{{SHA256: hex.EncodeToString(sum[:]), Type: "image/png", Alt: "A hill at dusk with a radio mast that is dark"}}
	out[len(out)-1].Picture = picture
	tell("XE", "", keepiton.Story{
		Lang: "es", Title: "El examen", Named: keepiton.NamedName, Name: "Inés R.", Harms: []string{"education"},
		Text:  "Estudié tres años para ese examen. La mañana en que había que inscribirse, el país entero estaba apagado para que nadie copiara.\n\nCuando volvió la red, el plazo había pasado. Nadie copió. Yo tampoco entré.",
		Quote: "Nadie copió. Yo tampoco entré.",
		Translations: []keepiton.Translation{
			{Lang: "en", Title: "The exam", Text: "I studied three years for that exam. On the morning when one had to enrol, the whole country was switched off so that nobody would cheat.\n\nWhen the network came back the term was over. Nobody cheated. Nor did I get in.", Quote: "Nobody cheated. Nor did I get in."},
			{Lang: "ca", Machine: true, Title: "L’examen", Text: "Vaig estudiar tres anys per a aquell examen. El matí en què calia inscriure’s, tot el país estava apagat perquè ningú no copiés.\n\nQuan va tornar la xarxa, el termini havia passat. Ningú no va copiar. Jo tampoc no hi vaig entrar.", Quote: "Ningú no va copiar. Jo tampoc no hi vaig entrar."},
			{Lang: "pt", Machine: true, Title: "O exame", Text: "Estudei três anos para aquele exame. Na manhã em que era preciso se inscrever, o país inteiro estava desligado para que ninguém colasse.\n\nQuando a rede voltou, o prazo tinha passado. Ninguém colou. Eu também não entrei.", Quote: "Ninguém colou. Eu também não entrei."},
		},
	})
	return out
}

// dusk draws a dark mast on a hill.
func dusk() []byte {
	const w, h = 640, 360
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{uint8(60 + y/3), uint8(50 + y/5), uint8(80 - y/8), 255})
			hill := 270 + (x-w/2)*(x-w/2)/2200
			mast := y > 60 && y < 290 && max(x-w/2, w/2-x) < 2+(y-60)/14 && ((x+y)%23 < 3 || (x-y+900)%23 < 3 || max(x-w/2, w/2-x) > (y-60)/14-2)
			if y > hill || mast {
				img.Set(x, y, color.RGBA{24, 22, 26, 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // writes to memory
	}
	return b.Bytes()
}
