-- +goose Up

-- Which organizations stand under an open letter: n is the revision whose words
-- they signed, day is YYYY-MM-DD.
CREATE TABLE letter_signature (
	letter       TEXT NOT NULL,
	organization TEXT NOT NULL,
	n            BIGINT NOT NULL,
	account      TEXT NOT NULL,
	signature    TEXT NOT NULL,
	day          TEXT NOT NULL,
	PRIMARY KEY (letter, organization)
);
