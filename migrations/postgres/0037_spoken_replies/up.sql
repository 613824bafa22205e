-- An answer of a relative that reached staff by another way than the pages of their letter.

CREATE TABLE spoken_replies (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    choice TEXT NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    said_on DATE NOT NULL,
    sealed BYTEA NOT NULL
);
CREATE INDEX spoken_replies_by_task ON spoken_replies (task_id);
