-- +goose Up

-- What the campaign keeps: organizations, pledges, watch items, petitions,
-- letters, statements. A row is one immutable revision.
CREATE TABLE entry_revision (
	entry    TEXT NOT NULL,
	n        BIGINT NOT NULL,
	state    TEXT NOT NULL,
	recorded BIGINT NOT NULL,
	role     TEXT NOT NULL,
	author   TEXT NOT NULL,
	reason   TEXT NOT NULL,
	doc      BYTEA NOT NULL,
	PRIMARY KEY (entry, n)
);

-- What entries are found and sorted by: view 0 is the newest revision, for the
-- desk; view 1 the newest that readers may see. ord is bytes, so that engines
-- agree on the order; since and until are Unix seconds, half open.
CREATE TABLE entry_index (
	entry TEXT NOT NULL,
	view  INTEGER NOT NULL,
	kind  TEXT NOT NULL,
	n     BIGINT NOT NULL,
	state TEXT NOT NULL,
	ord   BYTEA NOT NULL,
	since BIGINT NOT NULL,
	until BIGINT NOT NULL,
	words TEXT NOT NULL,
	PRIMARY KEY (entry, view)
);
CREATE INDEX entry_index_order ON entry_index (view, kind, ord, entry);

CREATE TABLE entry_facet (
	view  INTEGER NOT NULL,
	name  TEXT NOT NULL,
	value TEXT NOT NULL,
	entry TEXT NOT NULL,
	PRIMARY KEY (view, name, value, entry)
);
CREATE INDEX entry_facet_entry ON entry_facet (entry, view);

-- The last number that was given to an entry of the kind and year.
CREATE TABLE entry_number (
	kind TEXT NOT NULL,
	year INTEGER NOT NULL,
	last BIGINT NOT NULL,
	PRIMARY KEY (kind, year)
);

-- What people said of a revision before it was published.
CREATE TABLE entry_approval (
	entry        TEXT NOT NULL,
	n            BIGINT NOT NULL,
	account      TEXT NOT NULL,
	organization TEXT NOT NULL,
	approves     INTEGER NOT NULL,
	reason       TEXT NOT NULL,
	made         BIGINT NOT NULL,
	PRIMARY KEY (entry, n, account)
);
