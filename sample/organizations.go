package sample

import (
	"crypto/sha256"
	"encoding/hex"

	"keepiton"
)

// Logo is the made-up picture of one organization, as PNG: a line that is open.
func Logo() []byte { return openLine() }

func organizations(b *binder) {
	logo := sha256.Sum256(Logo())
	since := func(years int) keepiton.Moment {
		return keepiton.Moment{At: b.on(years, 1, 1).At, Precision: keepiton.Year}
	}
	member := func(country, name, site string, years int, langs []string, names, about keepiton.Texts) *keepiton.Organization {
		return &keepiton.Organization{
			Name: name, Names: names, Type: "civil_society", Country: country, Standing: keepiton.StandingMember, Confirmed: true,
			Site: "https://" + site + ".example.org/", Langs: langs, Since: since(years), About: about,
		}
	}
	lines := member("XB", "Open Lines Network", "open-lines", 8, []string{"en", "fr"}, keepiton.Texts{"fr": "Réseau Lignes ouvertes", "ar": "شبكة الخطوط المفتوحة", "am": "የክፍት መስመሮች መረብ"}, keepiton.Texts{
		"en": "Keeps a list of every hour in which Savara cannot speak, and teaches clinics to send their numbers without a network.",
		"fr": "Tient la liste de chaque heure où la Savara ne peut parler, et apprend aux cliniques à envoyer leurs chiffres sans réseau.",
	})
	lines.Logo, lines.LogoAlt = hex.EncodeToString(logo[:]), "A line that is open at one end"
	lines.Support = keepiton.Texts{"en": "Whoever cuts the line cuts off the ones who have nobody else to call.", "fr": "Qui coupe la ligne coupe ceux qui n’ont personne d’autre à appeler."}
	b.published(900, lines)
	b.published(800, member("XB", "Tembe Women’s Radio", "tembe-radio", 5, []string{"fr"}, nil, keepiton.Texts{
		"en": "A radio of forty women on both banks of the Tembe; reads out messages when phones are silent.",
		"fr": "Une radio de quarante femmes sur les deux rives du Tembe ; lit les messages quand les téléphones se taisent.",
	}))
	b.published(780, member("XC", "مركز نور للحقوق الرقمية", "noor-center", 6, []string{"ar", "en"}, keepiton.Texts{"en": "Noor Centre for Digital Rights", "fr": "Centre Noor pour les droits numériques"}, keepiton.Texts{
		"ar": "يوثّق قطع الإنترنت في أيام الامتحانات ويساعد العائلات التي فقدت عملها بسببه.",
		"en": "Documents shutdowns on exam days and helps families who lost work by them.",
	}))
	b.published(700, member("XD", "Marusha Free Net Collective", "free-net", 7, []string{"en"}, nil, keepiton.Texts{
		"en": "Files a request for every order that closes a district, and publishes what it gets.",
	}))
	b.published(650, member("XE", "Alba Abierta", "alba-abierta", 4, []string{"es", "ca", "pt"}, keepiton.Texts{"ca": "Alba Oberta"}, keepiton.Texts{
		"es": "Acompaña a periodistas y docentes cuando falla la red, y mide qué operador falla primero.",
		"en": "Stands by journalists and teachers when the network fails, and measures which operator fails first.",
		"ca": "Acompanya periodistes i docents quan falla la xarxa, i mesura quin operador falla primer.",
	}))
	b.published(600, member("XF", "Velkovia Open Web", "open-web", 3, []string{"en"}, nil, keepiton.Texts{
		"en": "Tests every evening what opens and what does not, from four towns.",
	}))
	b.published(500, member("XG", "የአራንዳ የመረጃ መብት ማዕከል", "info-rights", 6, []string{"am", "en"}, keepiton.Texts{"en": "Aranda Centre for the Right to Information"}, keepiton.Texts{
		"am": "መስመር በተቋረጠባቸው ቀናት ቤተሰቦች እንዲገናኙ ይረዳል፤ የጠፉትን ሰዎች ስም ይመዘግባል።",
		"en": "Helps families find each other on the days when lines are cut, and keeps the names of the missing.",
	}))
	b.published(450, &keepiton.Organization{
		Name: "Norland Press Union", Type: "media", Country: "XA", Standing: keepiton.StandingPartner, Confirmed: true, Site: "https://press-union.example.org/", Langs: []string{"en"}, Since: since(3),
		About: keepiton.Texts{"en": "A union of reporters; prints what members abroad cannot."},
	})
	b.published(440, &keepiton.Organization{
		Name: "Example Measurement Lab", Type: "academic", Country: "XA", Standing: keepiton.StandingPartner, Confirmed: true, Site: "https://measure.example.org/", Langs: []string{"en"}, Since: since(7),
		About: keepiton.Texts{"en": "Runs the probes that this made-up world is measured with."},
	})
	b.published(430, &keepiton.Organization{
		Name: "Pelican Hosting Cooperative", Type: "company", Country: "XH", Standing: keepiton.StandingPartner, Confirmed: true, Site: "https://pelican-hosting.example.org/", Langs: []string{"en", "fr"}, Since: since(2),
	})
	b.published(420, &keepiton.Organization{
		Name: "Dolina Legal Aid", Country: "XF", Standing: keepiton.StandingMember,
		Sources: []keepiton.Source{{ID: "s1", Kind: "campaign", Title: "Listed by the campaign in its first year", URL: "https://campaign.example.org/members", Published: since(9)}},
	})
	former := member("XD", "Hill District Students’ Forum", "hill-forum", 8, []string{"en"}, nil, nil)
	former.Standing, former.Until = keepiton.StandingFormer, since(2)
	b.published(400, former)
	b.waiting(6, member("XE", "Radio Altamira Comunitaria", "radio-altamira", 1, []string{"es"}, nil, keepiton.Texts{
		"es": "Emisora comunitaria de la sierra; quiere entrar en la coalición después de los cortes de julio.",
		"en": "A community radio of the highlands; wants to join after the cuts of July.",
	}))
}
