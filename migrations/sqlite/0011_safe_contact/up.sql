-- Whether it is safe to reach a person, and how. Rows are only ever added; the one with the highest number stands.

CREATE TABLE contact_safety (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    person_id TEXT NOT NULL REFERENCES persons (id),
    seq INTEGER NOT NULL,
    mark TEXT NOT NULL,
    envelope TEXT NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    sealed BLOB NOT NULL
);
CREATE UNIQUE INDEX contact_safety_by_person ON contact_safety (service_id, person_id, seq);
