-- What each relative knows, by topic; rows are only ever added, and the newest of a topic stands. The words are sealed.

CREATE TABLE knowledge (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    seq INTEGER NOT NULL,
    topic TEXT NOT NULL,
    known TEXT NOT NULL,
    told_on DATE,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    sealed BYTEA NOT NULL,
    UNIQUE (task_id, seq)
);
CREATE INDEX knowledge_by_task ON knowledge (service_id, task_id, seq);

-- An objection can be about a part of what there is to know. What was recorded before was about all of it. The number
-- says which came last, also of two that came at one time.

ALTER TABLE objections ADD COLUMN topic TEXT NOT NULL DEFAULT 'condition_exists';
ALTER TABLE objections ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;

-- What was said when staff recorded one, or lifted it.

CREATE TABLE objection_words (
    objection_id TEXT PRIMARY KEY NOT NULL REFERENCES objections (id),
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    by_staff TEXT NOT NULL REFERENCES staff (id),
    revisited_by TEXT,
    sealed BYTEA NOT NULL
);
CREATE INDEX objection_words_by_family ON objection_words (service_id, family_id);
