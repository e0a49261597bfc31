-- +goose Up

-- The report that a paper is about, with which it goes when the report is
-- withdrawn. Until now a note about a report had its id.
ALTER TABLE paper ADD COLUMN about BYTEA;
UPDATE paper SET about = id WHERE kind = 'note' AND EXISTS (SELECT 1 FROM envelope e WHERE e.id = paper.id);
DELETE FROM paper WHERE EXISTS (SELECT 1 FROM envelope e WHERE e.id = paper.about AND e.state = 'withdrawn');
CREATE INDEX paper_about ON paper (about);

-- What the desk asks for to learn what changed: a paper is long, its version is
-- not.
CREATE INDEX paper_version ON paper (id, version);

-- Grows with each change of an envelope, from a random number.
ALTER TABLE envelope ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
