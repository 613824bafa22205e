-- Who is kept out of which family, by whom and since when; a lock is lifted and stays on record.

CREATE TABLE conflicts (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    staff_id TEXT NOT NULL REFERENCES staff (id),
    set_by TEXT NOT NULL REFERENCES staff (id),
    set_at TIMESTAMP NOT NULL,
    sealed BLOB NOT NULL,
    lifted_by TEXT REFERENCES staff (id),
    lifted_at TIMESTAMP,
    lifted_sealed BLOB
);
CREATE INDEX conflicts_by_staff ON conflicts (service_id, staff_id, family_id);
