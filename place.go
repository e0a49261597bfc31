package keepiton

// Place is one part of the affected area, as words and, where they could be
// resolved, as codes. Words are always kept; a code is never a guess shown as
// a fact: Confidence says how sure the resolver was, and anything below
// [SurePlace] is offered to the desk and not published as a code.
type Place struct {
	Words      string  `json:"words,omitempty"`      // as the source has it
	Country    string  `json:"country,omitempty"`    // ISO 3166-1 alpha-2, upper case
	Region     string  `json:"region,omitempty"`     // ISO 3166-2, such as IN-JK
	District   string  `json:"district,omitempty"`   // name of the second level, such as Srinagar; code list in geo
	Nationwide bool    `json:"nationwide,omitempty"` // the whole country
	Except     bool    `json:"except,omitempty"`     // this part was not affected
	Confidence float64 `json:"confidence,omitempty"` // 0..1; 1 is an exact name or a person's choice
	Method     string  `json:"method,omitempty"`     // how it was resolved: exact, spelling, fuzzy, person
}

// SurePlace is the confidence from which a resolved code is published.
const SurePlace = 0.9

// Perpetrator is who ordered or carried out the shutdown: see [Bodies].
type Perpetrator struct {
	Body    string `json:"body,omitempty"`    // code of Bodies
	Name    string `json:"name,omitempty"`    // such as "Home Department"
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-2; may differ from the affected country; empty when not known
}

// Networks says which networks were affected.
type Networks struct {
	Mobile    Answer `json:"mobile,omitempty"`
	Fixed     Answer `json:"fixed,omitempty"`
	Satellite Answer `json:"satellite,omitempty"`
	SMS       Answer `json:"sms,omitempty"`
	Voice     Answer `json:"voice,omitempty"`
}

// ServiceAnswer says whether one service was affected. ID is a slug of
// lower-case ASCII letters, digits and "_", such as whatsapp or tiktok; Words
// are the source's own name where they differ.
type ServiceAnswer struct {
	ID       string `json:"id"`
	Affected Answer `json:"affected"`
	Words    string `json:"words,omitempty"`
}

// Operator is a network operator involved in an incident.
type Operator struct {
	Name    string `json:"name"`
	Owner   string `json:"owner,omitempty"`
	Country string `json:"country,omitempty"` // words or ISO code, as known
}
