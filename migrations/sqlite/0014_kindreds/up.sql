-- One family in two files: which results are of one variant, and who stands in both. A row a side, so that each file reads
-- its own. Nothing is moved by it, so that parting loses nothing.

CREATE TABLE kindreds (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    twin_id TEXT NOT NULL,
    family_id TEXT NOT NULL REFERENCES families (id),
    result_id TEXT NOT NULL REFERENCES results (id),
    other_family_id TEXT NOT NULL REFERENCES families (id),
    other_result_id TEXT NOT NULL REFERENCES results (id),
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    parted_by TEXT REFERENCES staff (id),
    parted_at TIMESTAMP,
    sealed BLOB NOT NULL
);
CREATE INDEX kindreds_by_result ON kindreds (service_id, result_id);

CREATE TABLE kindred_people (
    kindred_id TEXT NOT NULL REFERENCES kindreds (id),
    service_id TEXT NOT NULL REFERENCES services (id),
    person_id TEXT NOT NULL REFERENCES persons (id),
    other_id TEXT NOT NULL REFERENCES persons (id),
    PRIMARY KEY (kindred_id, person_id)
);
CREATE INDEX kindred_people_by_person ON kindred_people (service_id, person_id);

CREATE TABLE carried_results (
    relative_result_id TEXT PRIMARY KEY NOT NULL REFERENCES relative_results (id),
    service_id TEXT NOT NULL REFERENCES services (id),
    kindred_id TEXT NOT NULL REFERENCES kindreds (id)
);
CREATE INDEX carried_results_by_kindred ON carried_results (service_id, kindred_id);
