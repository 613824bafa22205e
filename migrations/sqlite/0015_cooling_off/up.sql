-- A decision against what the proband said waits before any letter leaves by it; an emergency lifts that, and is reviewed by
-- another clinician. A decision to write is executed by its day, or stands as decided and not done.

CREATE TABLE cooling_offs (
    decision_id TEXT PRIMARY KEY NOT NULL REFERENCES decisions (id),
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    ends_at TIMESTAMP NOT NULL,
    lifted_at TIMESTAMP
);
CREATE INDEX cooling_offs_by_task ON cooling_offs (service_id, task_id);

CREATE TABLE emergencies (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    decision_id TEXT NOT NULL UNIQUE REFERENCES decisions (id),
    cause TEXT NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    review_by TIMESTAMP NOT NULL,
    review TEXT,
    reviewed_by TEXT REFERENCES staff (id),
    reviewed_at TIMESTAMP,
    sealed BLOB NOT NULL
);
CREATE INDEX emergencies_by_task ON emergencies (service_id, task_id);

CREATE TABLE executions (
    decision_id TEXT PRIMARY KEY NOT NULL REFERENCES decisions (id),
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    due_on DATE NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX executions_open ON executions (service_id, due_on) WHERE ended_at IS NULL;
CREATE INDEX executions_by_task ON executions (service_id, task_id);

-- The day on which a relative's open work was due before it pressed; it is due then again once it presses no more.
ALTER TABLE urgencies ADD COLUMN due_before DATE;
