-- +goose Up

-- The public revisions of entries in the order they were stored.
CREATE TABLE entry_change (
	seq   INTEGER PRIMARY KEY,
	entry TEXT NOT NULL,
	n     BIGINT NOT NULL
);
INSERT INTO entry_change (seq, entry, n)
	SELECT row_number() OVER (ORDER BY recorded, entry, n), entry, n FROM entry_revision WHERE state IN ('published', 'withdrawn');

-- How far a reader of changes has come.
CREATE TABLE alert_reader (
	name   TEXT PRIMARY KEY,
	cursor TEXT NOT NULL
);

-- What is to be told. facets are JSON; reached is the last subscription that was
-- looked at, fanned whether all were.
CREATE TABLE alert (
	seq       INTEGER PRIMARY KEY,
	id        TEXT NOT NULL UNIQUE,
	subject   TEXT NOT NULL,
	n         BIGINT NOT NULL,
	state     TEXT NOT NULL,
	act       TEXT NOT NULL,
	due       BIGINT NOT NULL,
	announced BIGINT NOT NULL,
	held      INTEGER NOT NULL,
	previous  TEXT NOT NULL,
	facets    TEXT NOT NULL,
	pace      TEXT NOT NULL,
	since     BIGINT NOT NULL,
	until     BIGINT NOT NULL,
	reached   BIGINT NOT NULL,
	fanned    INTEGER NOT NULL
);
CREATE INDEX alert_subject ON alert (subject, seq);
CREATE INDEX alert_state ON alert (state, fanned, due);

CREATE TABLE embargo (
	subject TEXT NOT NULL,
	made    BIGINT NOT NULL,
	reason  TEXT NOT NULL,
	account TEXT NOT NULL,
	lifted  BIGINT NOT NULL,
	lifter  TEXT NOT NULL
);
CREATE INDEX embargo_subject ON embargo (subject);

-- Who asked to be told. sealed and address_key need the server's key for alerts.
CREATE TABLE subscription (
	id          INTEGER PRIMARY KEY,
	channel     TEXT NOT NULL,
	pace        TEXT NOT NULL,
	address_key BYTEA NOT NULL,
	sealed      BYTEA NOT NULL,
	day         BIGINT NOT NULL,
	refused     BIGINT NOT NULL,
	UNIQUE (channel, address_key)
);
CREATE INDEX subscription_pace ON subscription (pace, id);

-- The outbox: one alert for one subscription. due is also when a claim ends;
-- doubt says that it was handed over and nobody knows whether it arrived.
CREATE TABLE delivery (
	alert        BIGINT NOT NULL,
	subscription BIGINT NOT NULL,
	channel      TEXT NOT NULL,
	state        INTEGER NOT NULL,
	due          BIGINT NOT NULL,
	attempts     BIGINT NOT NULL,
	doubt        INTEGER NOT NULL,
	holder       TEXT NOT NULL,
	answer       TEXT NOT NULL,
	receipt      TEXT NOT NULL,
	day          BIGINT NOT NULL,
	PRIMARY KEY (alert, subscription)
);
CREATE INDEX delivery_open ON delivery (channel, due, alert, subscription) WHERE state < 3;
CREATE INDEX delivery_trouble ON delivery (alert, subscription) WHERE attempts > 0;
CREATE INDEX delivery_subscription ON delivery (subscription);
