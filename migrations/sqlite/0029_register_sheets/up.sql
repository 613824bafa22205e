-- What the separate sheet to the adoption register rests on, and who saw it before it was approved. Compartment D.

CREATE TABLE register_sheets (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    letter_id TEXT NOT NULL REFERENCES letters (id),
    named_by TEXT NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    seen_sha256 TEXT,
    seen_by TEXT REFERENCES staff (id),
    seen_at TIMESTAMP,
    sealed BLOB NOT NULL
);
CREATE UNIQUE INDEX register_sheets_by_letter ON register_sheets (service_id, letter_id);
