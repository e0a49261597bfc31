-- +goose Up

-- How a session was opened: passkey, password, recovery, link or pair; empty
-- for those from before it was kept.
ALTER TABLE session ADD COLUMN means TEXT NOT NULL DEFAULT '';

-- What a proposal does beside changing its incident, and the edition that
-- speaks through it.
ALTER TABLE proposal ADD COLUMN act TEXT NOT NULL DEFAULT '';
ALTER TABLE proposal ADD COLUMN other BIGINT NOT NULL DEFAULT 0;
ALTER TABLE proposal ADD COLUMN other_base BIGINT NOT NULL DEFAULT 0;
ALTER TABLE proposal ADD COLUMN part TEXT NOT NULL DEFAULT '';
ALTER TABLE proposal ADD COLUMN edition TEXT NOT NULL DEFAULT '';

-- Signatures by passkey under what readers would see of a subject, the id of an
-- incident or a story, as its revision n. Rows are added, never changed or
-- removed.
CREATE TABLE signed_approval (
	subject       TEXT NOT NULL,
	n             BIGINT NOT NULL,
	digest        BYTEA NOT NULL,
	account       TEXT NOT NULL,
	organization  TEXT NOT NULL,
	credential    BYTEA NOT NULL,
	algorithm     BIGINT NOT NULL,
	public_key    BYTEA NOT NULL,
	authenticator BYTEA NOT NULL,
	client        BYTEA NOT NULL,
	signature     BYTEA NOT NULL,
	made          BIGINT NOT NULL,
	PRIMARY KEY (subject, n, digest, account)
);

-- How many sealed reports an account opened on a day; never which.
CREATE TABLE opened (
	account TEXT NOT NULL,
	day     BIGINT NOT NULL,
	times   BIGINT NOT NULL,
	PRIMARY KEY (account, day)
);
