-- +goose Up

-- Folded words of the incident as it stands, and those that only its former
-- revisions have; the words in other scripts than Latin also as text, to be
-- found by what stands inside them.
CREATE TABLE search (
	incident     BIGINT PRIMARY KEY,
	present      TSVECTOR NOT NULL,
	former       TSVECTOR NOT NULL,
	present_part TEXT NOT NULL,
	former_part  TEXT NOT NULL
);
CREATE INDEX search_present ON search USING gin (present);
CREATE INDEX search_former ON search USING gin (former);

-- pg_trgm speeds up the search inside words; without it that search is a scan.
-- +goose StatementBegin
DO $$
BEGIN
	CREATE EXTENSION IF NOT EXISTS pg_trgm;
	EXECUTE 'CREATE INDEX search_present_part ON search USING gin (present_part gin_trgm_ops)';
	EXECUTE 'CREATE INDEX search_former_part ON search USING gin (former_part gin_trgm_ops)';
EXCEPTION WHEN OTHERS THEN
	RAISE NOTICE 'pg_trgm is not available: %', SQLERRM;
END
$$;
-- +goose StatementEnd
