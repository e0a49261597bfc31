// Package all lists the engines of package store and opens the one that a URL
// names.
package all

import (
	"context"
	"strings"

	"keepiton"
	"keepiton/store"
	"keepiton/store/postgres"
	"keepiton/store/sqlite"
)

// Engine is one way to keep the record.
type Engine struct {
	Name    string
	Schemes []string // of its URLs
	Example string
	Open    func(ctx context.Context, url string) (store.Store, error)
}

// Engines lists the engines; the first is the default, which also takes a
// plain path.
func Engines() []Engine {
	return []Engine{
		{"SQLite", []string{"sqlite"}, "sqlite:keepiton-data/record.db", func(ctx context.Context, url string) (store.Store, error) {
			return opened(sqlite.Open(ctx, strings.TrimPrefix(strings.TrimPrefix(url, "sqlite:"), "//"), sqlite.Options{}))
		}},
		{"PostgreSQL", []string{"postgres", "postgresql"}, "postgres://keepiton@localhost/keepiton", func(ctx context.Context, url string) (store.Store, error) {
			return opened(postgres.Open(ctx, url))
		}},
	}
}

// opened keeps a nil engine from becoming a non-nil store.
func opened[S store.Store](s S, err error) (store.Store, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Open opens the record at url: sqlite:PATH, a plain path, or postgres://….
// Invalid when no engine takes such a URL; the message never quotes it, for
// it may hold a password.
func Open(ctx context.Context, url string) (store.Store, error) {
	engines := Engines()
	scheme, _, found := strings.Cut(url, ":")
	if !found || strings.ContainsAny(scheme, `/\`) || len(scheme) < 2 {
		return engines[0].Open(ctx, url)
	}
	for _, e := range engines {
		for _, s := range e.Schemes {
			if s == scheme {
				return e.Open(ctx, url)
			}
		}
	}
	return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "no engine keeps a record at %s:", scheme),
		"write a path, "+engines[0].Example+" or "+engines[1].Example)
}
