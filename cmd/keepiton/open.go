package main

import (
	"context"

	"keepiton"
	"keepiton/store"
)

// openStore opens the record that the settings name: PostgreSQL when DB is
// given, else SQLite inside the data folder, which is made if it is missing.
// The caller closes it.
func openStore(_ context.Context, s settings) (store.Store, error) {
	return nil, keepiton.Errorf(keepiton.Unavailable, "open the record in %s: no storage engine is built in yet", s.Data)
}
