-- Worked cases that staff have answered, in training for decisions. Rows are only ever added.

CREATE TABLE training_attempts (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    staff_id TEXT NOT NULL REFERENCES staff (id),
    case_id TEXT NOT NULL,
    library_version TEXT NOT NULL,
    points INTEGER NOT NULL,
    of_points INTEGER NOT NULL,
    at TIMESTAMP NOT NULL,
    sealed BYTEA NOT NULL
);
CREATE INDEX training_attempts_by_staff ON training_attempts (service_id, staff_id, case_id);
