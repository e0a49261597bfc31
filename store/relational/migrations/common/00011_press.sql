-- +goose Up

-- Links by which journalists read a statement before its embargo ends: token is
-- the SHA-256 of what stands in the link, which is kept nowhere. A link that is
-- taken back or over is no row any more, and whom it was for is gone with it.
CREATE TABLE early_link (
	token   BYTEA PRIMARY KEY,
	entry   TEXT NOT NULL,
	whom    TEXT NOT NULL,
	account TEXT NOT NULL,
	made    BIGINT NOT NULL,
	expires BIGINT NOT NULL
);
CREATE INDEX early_link_entry ON early_link (entry, made);
