-- Agreements with a last day, and the sheet on which a proband signs what they agreed to.

ALTER TABLE consents ADD COLUMN ends_on DATE;
CREATE INDEX consents_by_family ON consents (service_id, family_id);

-- Open work by the day its state names: the worker asks whose agreement has run out.
CREATE INDEX work_items_by_named_day ON work_items (subject_kind, named_on) WHERE closed_at IS NULL;

CREATE TABLE agreement_sheets (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    result_id TEXT NOT NULL REFERENCES results (id),
    seq INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    signed_on DATE NOT NULL,
    way TEXT NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    sealed BLOB NOT NULL,
    UNIQUE (result_id, seq)
);
