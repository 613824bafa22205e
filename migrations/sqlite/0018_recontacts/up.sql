-- What was done about each letter, certificate and test that rested on a report that was amended.

CREATE TABLE recontacts (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    result_id TEXT NOT NULL REFERENCES results (id),
    rests TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    how TEXT NOT NULL,
    letter_id TEXT REFERENCES letters (id),
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX recontacts_of_result ON recontacts (service_id, result_id);
