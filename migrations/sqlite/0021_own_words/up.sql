-- The words of one letter that its author wrote instead of the template's, and why.

CREATE TABLE letter_words (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    letter_id TEXT NOT NULL REFERENCES letters (id),
    language TEXT NOT NULL,
    place INTEGER NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX letter_words_by_letter ON letter_words (service_id, letter_id);
