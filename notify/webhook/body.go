package webhook

import (
	"encoding/json"
	"time"

	"keepiton"
	"keepiton/notify"
)

// envelope is the body, as Standard Webhooks recommends it.
type envelope struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      any       `json:"data"`
}

// event is what an alert says to a program.
type event struct {
	ID       keepiton.AlertID  `json:"id"`      // of the alert
	Subject  string            `json:"subject"` // of what it is about
	Revision int               `json:"revision"`
	Act      keepiton.AlertAct `json:"act"`
	Earlier  []string          `json:"earlier,omitempty"` // webhook-id of the messages about the same subject before it
	URL      string            `json:"url,omitempty"`
	Lang     string            `json:"lang"`
	Title    string            `json:"title"`
	Text     []string          `json:"text"`
	// One of these, whole, unless it is too large: then the address has it.
	Incident *keepiton.Incident `json:"incident,omitempty"`
	Entry    json.RawMessage    `json:"entry,omitempty"`
}

// Body writes the body of a message: type incident.published, watch.corrected,
// statement.withdrawn and so on.
func Body(m *notify.Message) ([]byte, error) {
	t := m.Told[0]
	noun := "incident"
	e := event{
		ID: t.Alert.ID, Subject: t.Alert.Subject, Revision: t.Alert.N, Act: t.Alert.Act, URL: t.URL, Lang: t.Lang, Title: t.Head, Text: t.Lines,
	}
	for _, name := range m.Earlier {
		e.Earlier = append(e.Earlier, "msg_"+name)
	}
	switch {
	case t.Incident != nil:
		inc := t.Incident.Incident
		inc.Rows = nil // the cells of sheets: the address has them
		e.Incident = &inc
	case t.Entry != nil:
		noun = string(t.Entry.ID.Kind())
		e.Entry = t.Entry.Doc
	}
	whole := envelope{Type: noun + "." + string(t.Alert.Act), Timestamp: m.Date.UTC().Truncate(time.Second), Data: &e}
	b, err := json.Marshal(whole)
	if err == nil && len(b) > maxBody {
		e.Incident, e.Entry = nil, nil
		b, err = json.Marshal(whole)
	}
	if err == nil && len(b) > maxBody {
		err = keepiton.Errorf(keepiton.TooLarge, "%s takes %d bytes, more than %d", e.ID, len(b), maxBody)
	}
	return b, err
}
