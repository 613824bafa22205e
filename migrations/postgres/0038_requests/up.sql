-- What one asks and another must answer by a day: advice, a person's rights in what is held, data for research.

CREATE TABLE requests (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    kind TEXT NOT NULL,
    family_id TEXT REFERENCES families (id),
    made_by TEXT NOT NULL REFERENCES staff (id),
    made_at TIMESTAMP NOT NULL,
    due_on DATE,
    extended_at TIMESTAMP,
    outcome TEXT,
    settled_by TEXT REFERENCES staff (id),
    settled_at TIMESTAMP,
    sealed BYTEA NOT NULL
);
CREATE INDEX requests_of_service ON requests (service_id, made_at);
