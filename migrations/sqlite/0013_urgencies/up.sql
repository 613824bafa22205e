-- Relatives who cannot wait: why, who said so, and by when what is open about them is due.

CREATE TABLE urgencies (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    due_on DATE NOT NULL,
    ended_at TIMESTAMP,
    sealed BLOB NOT NULL
);
CREATE INDEX urgencies_by_task ON urgencies (service_id, task_id);
