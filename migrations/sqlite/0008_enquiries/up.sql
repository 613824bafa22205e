-- Somebody rings or writes: what they told, of whom, and what they were answered. It hangs on the family alone: no column
-- leads to a person, a result or a finding.

CREATE TABLE enquiries (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX enquiries_by_family ON enquiries (service_id, family_id, at);
