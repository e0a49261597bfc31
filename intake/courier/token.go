package courier

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"keepiton"
	"keepiton/seal/token"
)

// Tokens has n tokens for reports signed for the partner who has key, without the server
// seeing them: whose report comes with one of them later it cannot know. Hand
// them out one to a report, well after they were fetched. Errors beside those of
// the line: Unsigned when the key is nobody's, RateLimited beyond the budget of
// the day, Forbidden when the server signed with another key than it shows.
func (c *Courier) Tokens(ctx context.Context, key string, n int) ([]string, error) {
	return c.tokens(ctx, "/intake/tokens", token.ForReports, key, n)
}

// Signatures has n tokens signed that sign the petition, as Tokens does.
func (c *Courier) Signatures(ctx context.Context, petition keepiton.EntryID, key string, n int) ([]string, error) {
	return c.tokens(ctx, "/intake/tokens/petitions", token.ForPetition(petition), key, n)
}

func (c *Courier) tokens(ctx context.Context, road string, scope token.Scope, key string, n int) ([]string, error) {
	shown, err := c.ask(ctx, http.MethodGet, road, http.Header{}, nil, 0)
	if err != nil {
		return nil, err
	}
	var public struct{ Key []byte }
	if json.Unmarshal(shown.body, &public) != nil {
		return nil, errStrange
	}
	var pending []*token.Pending
	var out struct {
		Blinded [][]byte `json:"blinded"`
	}
	for range n {
		p, blinded, err := token.Blind(public.Key, scope)
		if err != nil {
			return nil, err
		}
		pending, out.Blinded = append(pending, p), append(out.Blinded, blinded)
	}
	text, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	h := http.Header{"Authorization": {"Bearer " + key}, "Content-Type": {"application/json"}}
	answer, err := c.ask(ctx, http.MethodPost, road, h, bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return nil, err
	}
	var signed struct{ Signed [][]byte }
	if json.Unmarshal(answer.body, &signed) != nil || len(signed.Signed) != n {
		return nil, errStrange
	}
	tokens := make([]string, n)
	for i, p := range pending {
		if tokens[i], err = p.Finish(signed.Signed[i]); err != nil {
			return nil, err
		}
	}
	return tokens, nil
}

// maxPetition bounds a petition as JSON: texts of 20,000 letters in a dozen languages.
const maxPetition = 2 << 20

// Petition reads a petition as its readers see it, and the address of its page in a
// language. NotFound when the server has no such petition.
func (c *Courier) Petition(ctx context.Context, id keepiton.EntryID, lang string) (*keepiton.Petition, string, error) {
	page := "/" + lang + "/petition/" + string(id)
	got, err := c.askFor(ctx, maxPetition, http.MethodGet, page+".json", http.Header{}, nil, 0)
	if err != nil {
		return nil, "", err
	}
	var list struct{ Petitions []*keepiton.Petition }
	if json.Unmarshal(got.body, &list) != nil || len(list.Petitions) != 1 || list.Petitions[0] == nil {
		return nil, "", errStrange
	}
	return list.Petitions[0], c.Server.JoinPath(page).String(), nil
}
