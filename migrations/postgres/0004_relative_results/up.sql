-- What relatives' own tests said, and the second person's word on each. Rows are added and never changed.

CREATE TABLE relative_results (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    result_id TEXT NOT NULL REFERENCES results (id),
    person_id TEXT NOT NULL REFERENCES persons (id),
    replaces_id TEXT REFERENCES relative_results (id),
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    seq INTEGER NOT NULL,
    sealed BYTEA NOT NULL,
    UNIQUE (result_id, seq)
);
CREATE INDEX relative_results_by_family ON relative_results (service_id, family_id);

CREATE TABLE relative_result_verdicts (
    relative_result_id TEXT PRIMARY KEY NOT NULL REFERENCES relative_results (id),
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    verdict TEXT NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    sealed BYTEA NOT NULL
);
CREATE INDEX relative_result_verdicts_by_family ON relative_result_verdicts (service_id, family_id);

-- What only the sealed permission sees: why results contradict each other, as a clinician has found. Added, never changed.
CREATE TABLE sealed_matters (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    result_id TEXT NOT NULL REFERENCES results (id),
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    seq INTEGER NOT NULL,
    sealed BYTEA NOT NULL,
    UNIQUE (family_id, seq)
);
CREATE INDEX sealed_matters_by_family ON sealed_matters (service_id, family_id);
