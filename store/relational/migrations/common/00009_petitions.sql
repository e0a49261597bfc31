-- +goose Up

-- A petition that takes signatures. salt is its part of the key under which
-- addresses are hashed: it is empty once closed. changed says that something was
-- signed since as_of.
CREATE TABLE petition_box (
	petition TEXT PRIMARY KEY,
	salt     BYTEA NOT NULL,
	as_of    BIGINT NOT NULL,
	changed  INTEGER NOT NULL,
	closed   INTEGER NOT NULL
);

-- Signatures, until the petition closes. mark is HMAC-SHA-256 of an address, or
-- the digest of a partner's token; day is YYYY-MM-DD.
CREATE TABLE petition_signature (
	petition TEXT NOT NULL,
	mark     BYTEA NOT NULL,
	way      TEXT NOT NULL,
	country  TEXT NOT NULL,
	day      TEXT NOT NULL,
	PRIMARY KEY (petition, mark)
);

-- How many, by day and, apart from it, by country.
CREATE TABLE petition_count (
	petition TEXT NOT NULL,
	part     TEXT NOT NULL,
	way      TEXT NOT NULL,
	value    TEXT NOT NULL,
	n        BIGINT NOT NULL,
	PRIMARY KEY (petition, part, way, value)
);

-- Random bytes that are written over what was destroyed.
CREATE TABLE noise (
	n    INTEGER PRIMARY KEY,
	data BYTEA NOT NULL
);
