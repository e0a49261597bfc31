-- +goose Up

-- Random bytes, written to push what was destroyed out of the write-ahead log
-- (store/sqlite/forget.go).
CREATE TABLE noise (
	n    INTEGER PRIMARY KEY,
	data BLOB NOT NULL
);
