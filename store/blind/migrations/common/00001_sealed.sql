-- +goose Up

-- Numbers that only grow: the version, which counts commits.
CREATE TABLE counter (
	name  TEXT PRIMARY KEY,
	value BIGINT NOT NULL
);

-- What the server knows of a report, or its tombstone (gone is not 0; then only
-- id, lane, state, gone and lookup are left). Days count from 1970-01-01, 0 is
-- none. The key is random, and there is no other order. settled is 1 once the
-- night after its day has laid it down anew.
CREATE TABLE envelope (
	id       BYTEA NOT NULL PRIMARY KEY,
	lane     TEXT NOT NULL,
	state    TEXT NOT NULL,
	day      INTEGER NOT NULL,
	expires  INTEGER NOT NULL,
	gone     INTEGER NOT NULL,
	size     BIGINT NOT NULL,
	work     INTEGER NOT NULL,
	digest   BYTEA UNIQUE,
	lookup   BYTEA UNIQUE,
	country  TEXT NOT NULL,
	open_day TEXT NOT NULL,
	kind     TEXT NOT NULL,
	settled  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX envelope_lane ON envelope (lane, id);

-- The public half of a receipt, apart because it is long: where replies go and
-- what proves a withdrawal.
CREATE TABLE address (
	id       BYTEA NOT NULL PRIMARY KEY,
	reply    TEXT NOT NULL,
	withdraw BYTEA
) WITHOUT ROWID;

-- What opens a body, and the body itself, wrapped, when it is small. The key is
-- the last 32 bytes of its column; what stands before them keeps it, and what
-- follows it, in pages that SQLite clears (key.go).
CREATE TABLE body (
	id   BYTEA NOT NULL PRIMARY KEY,
	key  BYTEA NOT NULL,
	data BYTEA
) WITHOUT ROWID;

-- The name of the file that holds a larger body.
CREATE TABLE body_file (
	id   BYTEA NOT NULL PRIMARY KEY,
	name BYTEA NOT NULL UNIQUE
) WITHOUT ROWID;

CREATE TABLE reply (
	lookup BYTEA NOT NULL,
	n      INTEGER NOT NULL,
	sealed BYTEA NOT NULL,
	PRIMARY KEY (lookup, n)
) WITHOUT ROWID;

-- Bodies that arrive in pieces. Of size bytes, got are here, in so many chunks,
-- which take stored bytes of the file.
CREATE TABLE upload (
	id     BYTEA NOT NULL PRIMARY KEY,
	name   BYTEA NOT NULL UNIQUE,
	day    INTEGER NOT NULL,
	size   BIGINT NOT NULL,
	got    BIGINT NOT NULL,
	chunks BIGINT NOT NULL,
	stored BIGINT NOT NULL,
	key    BYTEA NOT NULL
) WITHOUT ROWID;

CREATE TABLE paper (
	id      BYTEA NOT NULL PRIMARY KEY,
	kind    TEXT NOT NULL,
	version BIGINT NOT NULL,
	sealed  BYTEA NOT NULL
) WITHOUT ROWID;

CREATE TABLE token (
	digest BYTEA NOT NULL PRIMARY KEY
) WITHOUT ROWID;

-- What a lane may hold (0: no bound) and what it holds.
CREATE TABLE lane (
	lane      TEXT NOT NULL PRIMARY KEY,
	max_bytes BIGINT NOT NULL,
	max_count BIGINT NOT NULL,
	bytes     BIGINT NOT NULL,
	count     BIGINT NOT NULL,
	fresh     BIGINT NOT NULL
) WITHOUT ROWID;
