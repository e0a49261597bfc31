-- +goose Up

-- Folded words of the incident as it stands, and those that only its former
-- revisions have. Text is folded before it comes here; the tokenizer only
-- parts it at spaces. No copy of the text is kept.
CREATE VIRTUAL TABLE search USING fts5 (
	present, former,
	content = '', contentless_delete = 1,
	tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
);

-- The words in other scripts than Latin, found by any three letters inside.
CREATE VIRTUAL TABLE search_part USING fts5 (
	present, former,
	content = '', contentless_delete = 1,
	tokenize = "trigram case_sensitive 1"
);
