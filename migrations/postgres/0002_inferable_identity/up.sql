-- That a relative can tell who was tested, though a letter names nobody, was seen and accepted, and why. Compartment D.
CREATE TABLE inferable_confirmations (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    level TEXT NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    sealed BYTEA NOT NULL
);
CREATE INDEX inferable_confirmations_by_task ON inferable_confirmations (service_id, task_id);
