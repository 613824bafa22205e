-- A decision that somebody has begun and not made: theirs alone, replaced as they go on, removed when it is made.

CREATE TABLE decision_drafts (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    by_staff TEXT NOT NULL REFERENCES staff (id),
    begun_at TIMESTAMP NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    sealed BLOB NOT NULL,
    UNIQUE (task_id, by_staff)
);
CREATE INDEX decision_drafts_by_family ON decision_drafts (service_id, family_id);
