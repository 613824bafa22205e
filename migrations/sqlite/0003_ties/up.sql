-- What ties people beside descent, what they are said to have, and what was changed in one go so that it can be undone.

CREATE TABLE ties (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    sealed BLOB NOT NULL
);
CREATE INDEX ties_by_family ON ties (service_id, family_id);

CREATE TABLE health (
    person_id TEXT PRIMARY KEY NOT NULL REFERENCES persons (id),
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    sealed BLOB NOT NULL
);
CREATE INDEX health_by_family ON health (service_id, family_id);

CREATE TABLE family_changes (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    seq INTEGER NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    undone_at TIMESTAMP,
    people BLOB NOT NULL,
    ties BLOB NOT NULL,
    health BLOB NOT NULL,
    UNIQUE (family_id, seq)
);
CREATE INDEX family_changes_by_family ON family_changes (service_id, family_id);

-- A family that left as a file with names: when, by whom, in which format, and why.
CREATE TABLE family_exports (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    format TEXT NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX family_exports_by_family ON family_exports (service_id, family_id);
