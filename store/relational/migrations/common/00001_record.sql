-- +goose Up

-- Numbers that only grow: version of the record, last revision, last question …
CREATE TABLE counter (
	name  TEXT PRIMARY KEY,
	value BIGINT NOT NULL
);

-- Named texts about the record.
CREATE TABLE meta (
	name TEXT PRIMARY KEY,
	text TEXT NOT NULL
);

-- The last number that was given to an incident of the year.
CREATE TABLE year_number (
	year INTEGER PRIMARY KEY,
	last BIGINT NOT NULL
);

-- Cells of published sheets (zstd, JSON), once for all revisions that share them.
CREATE TABLE sheet_rows (
	id     INTEGER PRIMARY KEY,
	sha256 BYTEA NOT NULL UNIQUE,
	data   BYTEA NOT NULL
);

-- An incident's key is its year times 10^9 plus its number: the order of ids.
-- former are the folded words that only revisions no longer in force have.
CREATE TABLE incident (
	id     INTEGER PRIMARY KEY,
	former TEXT NOT NULL
);

-- A revision is in force from recorded until before superseded (Unix seconds;
-- 2^62 means that it still is). Equal ends mean that it never was.
CREATE TABLE revision (
	seq        INTEGER PRIMARY KEY,
	incident   BIGINT NOT NULL REFERENCES incident (id),
	n          BIGINT NOT NULL,
	recorded   BIGINT NOT NULL,
	superseded BIGINT NOT NULL,
	public     INTEGER NOT NULL,
	role       TEXT NOT NULL,
	author     TEXT NOT NULL,
	reason     TEXT NOT NULL,
	edition    TEXT NOT NULL,
	sheet_rows BIGINT REFERENCES sheet_rows (id),
	changes    BYTEA,
	doc        BYTEA NOT NULL,
	UNIQUE (incident, n)
);

-- 64 incidents a shelf. Outlines serve lists, present and history serve counts.
CREATE TABLE shelf_outline (
	id      INTEGER PRIMARY KEY,
	version BIGINT NOT NULL,
	data    BYTEA NOT NULL
);
CREATE INDEX shelf_outline_version ON shelf_outline (version);
CREATE TABLE shelf_present (
	id   INTEGER PRIMARY KEY,
	data BYTEA NOT NULL
);
CREATE TABLE shelf_history (
	id   INTEGER PRIMARY KEY,
	data BYTEA NOT NULL
);

CREATE TABLE edition (
	name      TEXT PRIMARY KEY,
	published BIGINT NOT NULL,
	covers    TEXT NOT NULL,
	sha256    TEXT NOT NULL,
	payload   BYTEA,
	report    BYTEA
);

CREATE TABLE link (
	edition  TEXT NOT NULL,
	file     TEXT NOT NULL,
	sheet    TEXT NOT NULL,
	number   BIGINT NOT NULL,
	incident BIGINT NOT NULL,
	score    DOUBLE PRECISION NOT NULL,
	reasons  TEXT NOT NULL,
	PRIMARY KEY (edition, file, sheet, number)
);

-- Questions that an import left open.
CREATE TABLE question (
	id         INTEGER PRIMARY KEY,
	kind       TEXT NOT NULL,
	edition    TEXT NOT NULL,
	incident   BIGINT NOT NULL,
	candidates TEXT NOT NULL,
	resolved   BIGINT NOT NULL,
	resolution TEXT NOT NULL,
	resolver   TEXT NOT NULL
);

CREATE TABLE unmapped (
	kind     TEXT NOT NULL,
	field    TEXT NOT NULL,
	country  TEXT NOT NULL,
	words    TEXT NOT NULL,
	times    BIGINT NOT NULL,
	resolved BIGINT NOT NULL,
	answer   TEXT NOT NULL,
	PRIMARY KEY (kind, field, country, words)
);

CREATE TABLE approval (
	incident BIGINT NOT NULL,
	n        BIGINT NOT NULL,
	account  TEXT NOT NULL,
	made     BIGINT NOT NULL,
	PRIMARY KEY (incident, n, account)
);

CREATE TABLE proposal (
	id         INTEGER PRIMARY KEY,
	incident   BIGINT NOT NULL,
	base       BIGINT NOT NULL,
	author     TEXT NOT NULL,
	role       TEXT NOT NULL,
	reason     TEXT NOT NULL,
	created    BIGINT NOT NULL,
	resolved   BIGINT NOT NULL,
	resolution TEXT NOT NULL,
	resolver   TEXT NOT NULL,
	doc        BYTEA NOT NULL
);

CREATE TABLE account (
	name          TEXT PRIMARY KEY,
	role          TEXT NOT NULL,
	organization  TEXT NOT NULL,
	password_hash TEXT NOT NULL,
	recovery_hash TEXT NOT NULL,
	user_handle   BYTEA UNIQUE,
	disabled      INTEGER NOT NULL,
	created       BIGINT NOT NULL,
	failed        BIGINT NOT NULL,
	locked_until  BIGINT NOT NULL
);

CREATE TABLE passkey (
	id      BYTEA PRIMARY KEY,
	account TEXT NOT NULL REFERENCES account (name),
	label   TEXT NOT NULL,
	data    BYTEA NOT NULL,
	created BIGINT NOT NULL
);

CREATE TABLE session (
	token   TEXT PRIMARY KEY,
	account TEXT NOT NULL REFERENCES account (name),
	csrf    TEXT NOT NULL,
	created BIGINT NOT NULL,
	expires BIGINT NOT NULL
);
CREATE INDEX session_expires ON session (expires);
