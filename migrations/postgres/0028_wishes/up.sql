-- What relatives ask about their own details on the portal.

CREATE TABLE wishes (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    invitation_id TEXT NOT NULL REFERENCES invitations (id),
    task_ref TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    ended TEXT,
    ended_at TIMESTAMP,
    sealed BYTEA NOT NULL
);
CREATE INDEX wishes_by_task ON wishes (service_id, task_ref);
