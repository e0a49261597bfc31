-- +goose Up

-- From when on a disruption that has not ended is lost from sight, in seconds, unless
-- more is heard; far away where it has ended, or nobody wrote it down.
ALTER TABLE disruption ADD COLUMN lost BIGINT NOT NULL DEFAULT 4611686018427387904;
CREATE INDEX disruption_lost ON disruption (until, lost);
