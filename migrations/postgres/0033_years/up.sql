-- What became of each relative when their part was closed, and what opens it again. Compartment D but for days and states.

CREATE TABLE closures (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    outcome TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX closures_by_task ON closures (service_id, task_id);
-- One that stands for each relative.
CREATE UNIQUE INDEX closures_standing ON closures (service_id, task_id) WHERE ended_at IS NULL;

-- Whoever was settled before outcomes were kept; how somebody who is done was settled is not known, and is not made up.
INSERT INTO closures (id, service_id, family_id, task_id, outcome, at)
SELECT id, service_id, family_id, id,
    CASE state WHEN 'tested' THEN 'tested' WHEN 'elsewhere' THEN 'told_elsewhere' WHEN 'do_not_contact' THEN 'objected'
        WHEN 'deceased' THEN 'dead' ELSE 'not_at_risk' END, changed_at
FROM relative_tasks WHERE state IN ('tested', 'elsewhere', 'do_not_contact', 'deceased', 'not_at_risk');

CREATE TABLE triggers (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    result_id TEXT NOT NULL REFERENCES results (id),
    task_id TEXT REFERENCES relative_tasks (id),
    kind TEXT NOT NULL,
    due_on DATE,
    condition_index TEXT,
    state TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    by_staff TEXT REFERENCES staff (id),
    ended_at TIMESTAMP,
    ended_why TEXT,
    sealed BYTEA
);
CREATE INDEX triggers_by_day ON triggers (service_id, state, due_on);
CREATE INDEX triggers_due ON triggers (due_on) WHERE state = 'waiting';
CREATE INDEX triggers_by_result ON triggers (service_id, result_id);
CREATE INDEX triggers_by_task ON triggers (service_id, task_id);
CREATE INDEX triggers_by_condition ON triggers (service_id, condition_index) WHERE state = 'waiting';

-- A new treatment for a condition of the table: about nobody.
CREATE TABLE treatments (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    condition_key TEXT NOT NULL,
    words TEXT NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL
);
CREATE INDEX treatments_by_service ON treatments (service_id, at);

-- A search for somebody's address: one source at a time.
CREATE TABLE searches (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    source TEXT NOT NULL,
    begun_at TIMESTAMP NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    ended_at TIMESTAMP,
    found BOOLEAN,
    sealed BYTEA
);
CREATE UNIQUE INDEX searches_open ON searches (service_id, task_id) WHERE ended_at IS NULL;

-- Somebody got what was not for them, with the hours of the law.
CREATE TABLE incidents (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    letter_id TEXT NOT NULL REFERENCES letters (id),
    state TEXT NOT NULL,
    known_at TIMESTAMP NOT NULL,
    report_by TIMESTAMP NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    reported_at TIMESTAMP,
    closed_at TIMESTAMP,
    sealed BYTEA NOT NULL
);
CREATE INDEX incidents_by_family ON incidents (service_id, family_id);
CREATE UNIQUE INDEX incidents_open ON incidents (service_id, letter_id) WHERE closed_at IS NULL;

-- A family given over to another service, which owns it once it has said so.
CREATE TABLE transfers (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    state TEXT NOT NULL,
    offered_at TIMESTAMP NOT NULL,
    answer_by DATE NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    ended_at TIMESTAMP,
    sealed BYTEA NOT NULL
);
CREATE UNIQUE INDEX transfers_open ON transfers (service_id, family_id) WHERE state = 'offered';
