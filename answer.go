package keepiton

import "fmt"

// Answer is one of the four states of a question. STOP's older editions leave
// a cell blank where the question was not asked; from 2019 on they write
// "Unknown". The two must never be read as "No".
type Answer uint8

// The four answer states. The zero value is NotAsked.
const (
	NotAsked Answer = iota
	Unknown
	No
	Yes
)

var answerNames = [...]string{"not_asked", "unknown", "no", "yes"}

// String returns not_asked, unknown, no or yes.
func (a Answer) String() string {
	if int(a) < len(answerNames) {
		return answerNames[a]
	}
	return fmt.Sprintf("answer(%d)", uint8(a))
}

// MarshalText implements encoding.TextMarshaler.
func (a Answer) MarshalText() ([]byte, error) {
	if int(a) >= len(answerNames) {
		return nil, Errorf(Invalid, "answer %d is not one of the four states", uint8(a))
	}
	return []byte(answerNames[a]), nil
}

// UnmarshalText accepts not_asked, unknown, no, yes, and the empty text for
// not_asked.
func (a *Answer) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = NotAsked
		return nil
	}
	for i, name := range answerNames {
		if string(text) == name {
			*a = Answer(i)
			return nil
		}
	}
	return Errorf(Invalid, "answer %q is not one of not_asked, unknown, no, yes", text)
}
