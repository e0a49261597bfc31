-- +goose Up

-- Disruptions as the detector computed them last, without their verdicts. until is
-- when they ended, in seconds; far away while they have not. state is that of the
-- newest verdict; decided, incident and into_id are those of the last decision.
CREATE TABLE disruption (
	id       TEXT PRIMARY KEY,
	country  TEXT NOT NULL,
	state    TEXT NOT NULL,
	onset    BIGINT NOT NULL,
	until    BIGINT NOT NULL,
	decided  TEXT NOT NULL,
	incident TEXT NOT NULL,
	into_id  TEXT NOT NULL,
	ord      BYTEA NOT NULL,
	doc      BYTEA NOT NULL
);
CREATE INDEX disruption_onset ON disruption (onset, ord);
CREATE INDEX disruption_country ON disruption (country, onset, ord);
CREATE INDEX disruption_decided ON disruption (decided, onset, ord);
CREATE INDEX disruption_incident ON disruption (incident) WHERE incident <> '';
CREATE INDEX disruption_into ON disruption (into_id) WHERE into_id <> '';

-- What was thought of them and when. hash is the SHA-256 of the verdict's JSON.
CREATE TABLE disruption_verdict (
	disruption TEXT NOT NULL,
	n          BIGINT NOT NULL,
	at         BIGINT NOT NULL,
	hash       BYTEA NOT NULL,
	doc        BYTEA NOT NULL,
	PRIMARY KEY (disruption, n),
	UNIQUE (disruption, hash)
);

-- What the desk said of them.
CREATE TABLE disruption_decision (
	disruption TEXT NOT NULL,
	n          BIGINT NOT NULL,
	what       TEXT NOT NULL,
	incident   TEXT NOT NULL,
	into_id    TEXT NOT NULL,
	code       TEXT NOT NULL,
	note       TEXT NOT NULL,
	account    TEXT NOT NULL,
	made       BIGINT NOT NULL,
	PRIMARY KEY (disruption, n)
);
