package source

import (
	"time"

	"keepiton"
)

// maxPieces bounds what one period may ask of an API.
const maxPieces = 10_000

// Piece is one answer that an API is asked for.
type Piece struct {
	From, To time.Time // To is at most that of the period
	Name     string    // of the whole piece, for the name of a file: 20260108 for a day
	Final    time.Time // when the whole piece is over
}

// Pieces returns the period in pieces of one length, which begin at whole multiples of
// it since 1970, so that another period has the same ones. The error is invalid when
// the period is none, or far too long.
func (p *Period) Pieces(long time.Duration) ([]Piece, error) {
	switch {
	case p.From.IsZero() || p.To.IsZero() || !p.From.Before(p.To) || p.From.Unix() < 0:
		return nil, keepiton.Errorf(keepiton.Invalid, "from %s to %s is no period", p.From.Format(time.RFC3339), p.To.Format(time.RFC3339))
	case p.To.Sub(p.From)/long >= maxPieces:
		return nil, keepiton.Errorf(keepiton.Invalid, "from %s to %s is more than %d answers: ask for its parts one after the other", p.From.Format(time.DateOnly), p.To.Format(time.DateOnly), maxPieces)
	}
	var out []Piece
	for from := time.Unix(p.From.Unix()-p.From.Unix()%int64(long/time.Second), 0).UTC(); from.Before(p.To); from = from.Add(long) {
		one := Piece{From: from, To: from.Add(long), Final: from.Add(long), Name: from.Format("20060102T1504")}
		if from.Unix()%86400 == 0 {
			one.Name = from.Format("20060102")
		}
		if one.To.After(p.To) {
			one.To = p.To.UTC()
		}
		out = append(out, one)
	}
	return out, nil
}

// Of returns what is asked for: the entity, or else the country.
func (p *Period) Of() keepiton.Entity {
	if p.Entity != (keepiton.Entity{}) {
		return p.Entity
	}
	return keepiton.Entity{Country: p.Country}
}

// Item returns the Item of a piece: path is what follows the address, folder the part of
// its name before that of the piece, settles how long after its end answers still change.
func (p *Period) Item(feed, base, path, folder string, piece Piece, settles time.Duration) Item {
	if p.Base != "" {
		base = p.Base
	}
	return Item{Feed: feed, URL: base + path, Name: folder + "/" + piece.Name + ".json", At: piece.From, Final: piece.Final.Add(settles)}
}
