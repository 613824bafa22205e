-- Somebody rings or writes, and nobody knows yet about which family, if any.

CREATE TABLE calls (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    taken_by TEXT NOT NULL REFERENCES staff (id),
    taken_at TIMESTAMP NOT NULL,
    caller TEXT NOT NULL,
    due_on DATE NOT NULL,
    state TEXT NOT NULL,
    family_id TEXT REFERENCES families (id),
    settled_by TEXT REFERENCES staff (id),
    settled_at TIMESTAMP,
    sealed BYTEA NOT NULL
);
CREATE INDEX calls_by_taker ON calls (service_id, taken_by, taken_at);
