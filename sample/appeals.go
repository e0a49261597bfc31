package sample

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"slices"
	"time"

	"keepiton"
)

func petitions(b *binder) {
	b.published(20, &keepiton.Petition{
		Title:   keepiton.Texts{"en": "Switch Aranda back on", "am": "አራንዳን መልሱ አገናኙ", "ar": "أعيدوا الاتصال إلى أراندا", "fr": "Reconnectez l’Aranda", "es": "Vuelvan a conectar Aranda", "pt": "Religuem Aranda", "ca": "Torneu a connectar Aranda"},
		Demand:  keepiton.Texts{"en": "We ask the Communications Authority to restore every network in Aranda at once, to say in public who ordered the cut and under which law, and to keep all networks on until the last vote is counted.", "am": "የመገናኛ ባለሥልጣን በአራንዳ ያሉትን መረቦች ሁሉ ወዲያውኑ እንዲመልስ፣ ማን በየትኛው ሕግ እንዳዘዘ በይፋ እንዲናገር፣ የመጨረሻው ድምፅ እስኪቆጠር ድረስ መረቦች ሁሉ እንዳይቋረጡ እንጠይቃለን።", "ar": "نطالب هيئة الاتصالات بإعادة كل الشبكات في أراندا فورًا، وبأن تعلن من أمر بالقطع وبموجب أي قانون، وبأن تبقى الشبكات كلها عاملة حتى فرز آخر صوت.", "fr": "Nous demandons à l’autorité des communications de rétablir tout de suite chaque réseau en Aranda, de dire publiquement qui a ordonné la coupure et en vertu de quelle loi, et de laisser tous les réseaux allumés jusqu’au dernier bulletin compté.", "es": "Pedimos a la autoridad de comunicaciones que restablezca de inmediato todas las redes en Aranda, que diga en público quién ordenó el corte y con qué ley, y que mantenga las redes hasta contar el último voto."},
		To:      keepiton.Texts{"en": "The Communications Authority of Aranda", "am": "ለአራንዳ የመገናኛ ባለሥልጣን", "ar": "هيئة الاتصالات في أراندا", "fr": "L’autorité des communications d’Aranda", "es": "La autoridad de comunicaciones de Aranda"},
		Country: "XG", Opens: b.ago(1), Closes: b.in(30), Goal: 5000, Watch: b.vote(), Supporters: b.members(4), Incidents: []keepiton.IncidentID{b.incident("XG", b.hoursAgo(31))},
	})
	b.published(300, &keepiton.Petition{
		Title:   keepiton.Texts{"en": "No more exams in the dark", "ar": "لا امتحانات في الظلام بعد اليوم", "fr": "Plus d’examens dans le noir"},
		Demand:  keepiton.Texts{"en": "We ask the Ministry of Education to find another way against cheating than to switch off a country.", "ar": "نطالب وزارة التربية بأن تجد طريقة أخرى لمنع الغش غير إطفاء بلد بأكمله.", "fr": "Nous demandons au ministère de l’Éducation de trouver contre la fraude autre chose que d’éteindre un pays."},
		To:      keepiton.Texts{"en": "The Ministry of Education of Qamaria", "ar": "وزارة التربية في قمرية", "fr": "Le ministère de l’Éducation de Qamarie"},
		Country: "XC", Opens: b.on(1, time.June, 10), Closes: b.on(1, time.July, 10), Goal: 2000, Handed: b.on(1, time.July, 20), Supporters: b.members(2),
		Answer:    keepiton.Texts{"en": "The ministry took the pack and has not answered.", "ar": "تسلمت الوزارة الملف ولم ترد."},
		Incidents: []keepiton.IncidentID{b.incident("XC", b.on(1, time.June, 3))},
	})
}

// members are the first organizations that readers see as members.
func (b *binder) members(n int) (ids []keepiton.EntryID) {
	for _, rev := range b.out {
		var o keepiton.Organization
		if rev.ID.Kind() != keepiton.KindOrganization || rev.State != keepiton.Published || json.Unmarshal(rev.Doc, &o) != nil || o.Standing != keepiton.StandingMember || slices.Contains(ids, rev.ID) {
			continue
		}
		if ids = append(ids, rev.ID); len(ids) == n {
			return ids
		}
	}
	return ids
}

func letters(b *binder) {
	b.published(10, &keepiton.Letter{
		Title: keepiton.Texts{"en": "Keep it on while Aranda counts", "am": "አራንዳ ስትቆጥር አታቋርጡ", "ar": "أبقوها متصلة بينما تفرز أراندا الأصوات", "fr": "Qu’Internet reste allumé pendant que l’Aranda compte", "es": "Que siga encendido mientras Aranda cuenta", "pt": "Que fique ligada enquanto Aranda conta", "ca": "Que segueixi encesa mentre Aranda compta"},
		Body: keepiton.Texts{
			"en": "Your Excellency,\n\nThree weeks ago your minister said before the observers that the internet would not be cut before or after the election. On the eve of the vote it was cut in the whole country.\n\nA count that nobody can watch is not believed. A family that cannot call is not safe. We ask you to keep your word: restore every network today.",
			"am": "ክቡር ሆይ፣\n\nከሦስት ሳምንት በፊት ሚኒስትርዎ በታዛቢዎች ፊት ከምርጫው በፊትም ሆነ በኋላ ኢንተርኔት እንደማይቋረጥ ተናግረው ነበር። በምርጫው ዋዜማ በመላ አገሪቱ ተቋርጧል።\n\nማንም ሊያየው የማይችል ቆጠራ አይታመንም። መደወል የማይችል ቤተሰብ ደህና አይደለም። ቃልዎን እንዲጠብቁ እንጠይቃለን፦ መረቦችን ሁሉ ዛሬ ይመልሱ።",
			"ar": "سعادتكم،\n\nقبل ثلاثة أسابيع قال وزيركم أمام المراقبين إن الإنترنت لن تُقطع قبل الانتخابات ولا بعدها. وعشية التصويت قُطعت في البلد كله.\n\nفرز لا يراه أحد لا يصدقه أحد. وعائلة لا تستطيع الاتصال ليست آمنة. نطلب منكم الوفاء بكلمتكم: أعيدوا كل الشبكات اليوم.",
			"fr": "Excellence,\n\nIl y a trois semaines, votre ministre a dit devant les observateurs qu’Internet ne serait coupé ni avant ni après l’élection. À la veille du vote, il l’a été dans tout le pays.\n\nUn dépouillement que personne ne peut voir n’est pas cru. Une famille qui ne peut appeler n’est pas en sécurité. Nous vous demandons de tenir parole : rétablissez tous les réseaux aujourd’hui.",
		},
		To:      keepiton.Texts{"en": "The Prime Minister of Aranda", "am": "ለአራንዳ ጠቅላይ ሚኒስትር", "ar": "رئيس وزراء أراندا", "fr": "Au Premier ministre d’Aranda"},
		Country: "XG", Dated: b.ago(1), Closes: b.in(7), Watch: b.vote(), Incidents: []keepiton.IncidentID{b.incident("XG", b.hoursAgo(31))},
	})
	b.published(990, &keepiton.Letter{
		Title: keepiton.Texts{"en": "Before Savara votes", "fr": "Avant que la Savara vote"},
		Body: keepiton.Texts{
			"en": "Mr President,\n\nSavara votes in five days. We ask you to say before all the people, and not to us alone, that every network will stay on.",
			"fr": "Monsieur le Président,\n\nLa Savara vote dans cinq jours. Nous vous demandons de dire devant tout le peuple, et pas à nous seuls, que chaque réseau restera allumé.",
		},
		To: keepiton.Texts{"en": "The President of Savara", "fr": "Au Président de la Savara"}, Country: "XB", Dated: b.on(2, time.January, 8),
		Signers: []string{"Savara Bar Association", "Clinic of Kitoro"},
		Answer:  keepiton.Texts{"en": "The president promised it the next day, and broke it.", "fr": "Le président l’a promis le lendemain, et a rompu sa promesse."},
	})
}

func statements(b *binder) {
	contact := []keepiton.Contact{{Name: "Sample press desk", Role: "press", Address: "press@campaign.example.org", Lang: "en"}}
	b.published(1, &keepiton.Statement{
		Title: keepiton.Texts{"en": "Aranda is offline as it counts its votes", "am": "አራንዳ ድምፅ እየቆጠረች ያለ ኢንተርኔት ናት", "ar": "أراندا بلا إنترنت وهي تفرز أصواتها", "fr": "L’Aranda est hors ligne au moment où elle compte ses voix", "es": "Aranda está sin internet mientras cuenta sus votos", "pt": "Aranda está sem internet enquanto conta os votos", "ca": "Aranda és sense internet mentre compta els vots"},
		Body: keepiton.Texts{
			"en": "Since the eve of the vote the whole of Aranda has been without internet. Text messages do not arrive; voice calls still work.\n\nThe Communications Authority has said on air that it ordered the cut. Three weeks ago a minister had promised that there would be none.",
			"am": "ከምርጫው ዋዜማ ጀምሮ መላው አራንዳ ያለ ኢንተርኔት ነው። የጽሑፍ መልእክቶች አይደርሱም፤ የድምፅ ጥሪ ይሠራል።\n\nየመገናኛ ባለሥልጣን መቋረጡን እንዳዘዘ በራዲዮ ተናግሯል። ከሦስት ሳምንት በፊት ሚኒስትሩ እንደማይቋረጥ ቃል ገብተው ነበር።",
			"ar": "منذ عشية التصويت وأراندا كلها بلا إنترنت. الرسائل النصية لا تصل، والمكالمات الصوتية ما زالت تعمل.\n\nقالت هيئة الاتصالات على الهواء إنها أمرت بالقطع. وقبل ثلاثة أسابيع كان وزير قد وعد بألا يحدث.",
			"fr": "Depuis la veille du vote, toute l’Aranda est sans Internet. Les messages n’arrivent pas ; les appels passent encore.\n\nL’autorité des communications a dit à l’antenne avoir ordonné la coupure. Il y a trois semaines, un ministre avait promis qu’il n’y en aurait pas.",
		},
		Dated: b.ago(1), Country: "XG", Incidents: []keepiton.IncidentID{b.incident("XG", b.hoursAgo(31))},
		Place:   keepiton.Texts{"en": "Gelana", "am": "ገላና", "ar": "غيلانا", "fr": "Gelana"},
		Notes:   keepiton.Texts{"en": "The #KeepItOn coalition documents internet shutdowns and helps those who are cut off. Aranda is made up, as is all that this sample tells.", "am": "የ#KeepItOn ጥምረት የኢንተርኔት መቋረጦችን ይመዘግባል፣ የተቋረጡትንም ይረዳል። አራንዳና ይህ ናሙና የሚናገረው ሁሉ ልብ ወለድ ነው።", "ar": "يوثق تحالف #KeepItOn قطع الإنترنت ويساعد من قُطعوا. أراندا وكل ما تحكيه هذه العينة من الخيال.", "fr": "La coalition #KeepItOn documente les coupures d’Internet et aide ceux qui sont coupés. L’Aranda est inventée, comme tout ce que raconte cet exemple."},
		Unknown: keepiton.Texts{"en": "Whether satellite links work, and when the authority means to restore service.", "am": "የሳተላይት መስመሮች መሥራታቸውን፣ ባለሥልጣኑ አገልግሎቱን መቼ እንደሚመልስ አናውቅም።"},
		Quotes: []keepiton.Quote{{
			Words: keepiton.Texts{"am": "ስልኬን በየሰዓቱ እከፍተዋለሁ። ባዶ ነው።", "en": "I switch my phone on every hour. It is empty."}, Who: "an observer in Gelana", Agreed: true,
		}},
		Contacts: contact,
		Sources:  []keepiton.Source{partner("s1", "aranda/eve-of-the-vote", "Aranda is offline on the eve of the vote")},
	})
	b.published(480, &keepiton.Statement{
		Title: keepiton.Texts{"en": "Three mornings of exams, three mornings offline", "ar": "ثلاثة أيام امتحانات، ثلاثة أيام بلا إنترنت", "fr": "Trois matins d’examens, trois matins hors ligne"},
		Body:  keepiton.Texts{"en": "Qamaria has been switched off from five to eight on every exam day so far. Hospitals, markets and buses stand still with the pupils.", "ar": "أُطفئت قمرية من الخامسة حتى الثامنة في كل يوم امتحان حتى الآن. المستشفيات والأسواق والحافلات تتوقف مع التلاميذ."},
		Dated: b.on(1, time.June, 5), Country: "XC", Incidents: []keepiton.IncidentID{b.incident("XC", b.on(1, time.June, 3))}, Contacts: contact,
	})
	gone := &keepiton.Statement{
		Title: keepiton.Texts{"en": "Pelican Bay is cut off by its government"}, Body: keepiton.Texts{"en": "The bay has been dark since the morning."}, Dated: b.ago(500), Country: "XH", Contacts: contact,
	}
	b.published(500, gone)
	b.follow(keepiton.Withdrawn, keepiton.RoleEditor, "It was the only cable, broken by a storm. Nobody ordered it.", gone)
	b.waiting(0, &keepiton.Statement{
		Title: keepiton.Texts{"en": "What the second round needs"}, Body: keepiton.Texts{"en": "For release when the result is announced."}, Dated: b.in(2), Country: "XG",
		Embargo: b.in(2).At.Add(8 * time.Hour), Contacts: contact,
	})
}

// openLine draws a ring that is open at the top, with a line through it.
func openLine() []byte {
	const side = 256
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			dx, dy := x-side/2, y-side/2
			r := dx*dx + dy*dy
			ring := r > 84*84 && r < 112*112 && !(dy < 0 && max(dx, -dx) < 34)
			line := max(dx, -dx) < 14 && dy < 10 && dy > -118
			if ring || line {
				img.Set(x, y, color.NRGBA{10, 107, 102, 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // writes to memory
	}
	return b.Bytes()
}
