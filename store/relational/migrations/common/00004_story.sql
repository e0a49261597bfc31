-- +goose Up

-- A story's key is made like an incident's. A row is one immutable revision.
CREATE TABLE story_revision (
	story    BIGINT NOT NULL,
	n        BIGINT NOT NULL,
	recorded BIGINT NOT NULL,
	role     TEXT NOT NULL,
	author   TEXT NOT NULL,
	reason   TEXT NOT NULL,
	doc      BYTEA NOT NULL,
	PRIMARY KEY (story, n)
);

-- What the newest revision of a story is found by: state, country, incident,
-- harm, lang, basis.
CREATE TABLE story_facet (
	kind  TEXT NOT NULL,
	value TEXT NOT NULL,
	story BIGINT NOT NULL,
	PRIMARY KEY (kind, value, story)
);
CREATE INDEX story_facet_story ON story_facet (story);

-- The last number that was given to a story of the year.
CREATE TABLE story_number (
	year INTEGER PRIMARY KEY,
	last BIGINT NOT NULL
);

-- Clean public copies of pictures, by the SHA-256 of their bytes, and the
-- incidents and stories they were made for.
CREATE TABLE media (
	sha256 TEXT PRIMARY KEY,
	type   TEXT NOT NULL,
	data   BYTEA NOT NULL
);
CREATE TABLE media_use (
	sha256  TEXT NOT NULL,
	subject TEXT NOT NULL,
	PRIMARY KEY (sha256, subject)
);
