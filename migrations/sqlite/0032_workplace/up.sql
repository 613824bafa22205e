-- Queues as a place of work: what comes first and why, teams, work put off, who stands in for whom, kept lists, a digest.

ALTER TABLE relative_tasks ADD COLUMN chance_class TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE relative_tasks ADD COLUMN can_be_done TEXT NOT NULL DEFAULT 'unknown';

ALTER TABLE work_items ADD COLUMN task_id TEXT;
ALTER TABLE work_items ADD COLUMN priority INTEGER NOT NULL DEFAULT 1000;
ALTER TABLE work_items ADD COLUMN pressure TEXT NOT NULL DEFAULT 'none';
ALTER TABLE work_items ADD COLUMN team_id TEXT;
ALTER TABLE work_items ADD COLUMN taken_at TIMESTAMP;
ALTER TABLE work_items ADD COLUMN handed_by TEXT;
ALTER TABLE work_items ADD COLUMN handed_why TEXT;
ALTER TABLE work_items ADD COLUMN snoozed_until DATE;
ALTER TABLE work_items ADD COLUMN snoozed_by TEXT;
ALTER TABLE work_items ADD COLUMN snoozed_why TEXT;
ALTER TABLE work_items ADD COLUMN escalated_at TIMESTAMP;

-- What stands there already is about the relatives that it was about.
UPDATE work_items SET task_id = subject_id
WHERE subject_kind IN ('relative_task', 'urgency', 'agreement', 'who_knows_what', 'proxy');
UPDATE work_items SET task_id = (SELECT letters.task_id FROM letters WHERE letters.id = work_items.subject_id)
WHERE subject_kind = 'letter';
UPDATE work_items SET pressure = 'cannot_wait', priority = 0
WHERE closed_at IS NULL AND task_id IN (SELECT task_id FROM urgencies WHERE ended_at IS NULL);
UPDATE work_items SET pressure = 'kind', priority = 0
WHERE closed_at IS NULL AND queue IN ('safeguarding', 'emergency_reviews', 'amended_results', 'objections');

CREATE INDEX work_items_first ON work_items (service_id, priority, due_on, id) WHERE closed_at IS NULL;
CREATE INDEX work_items_oldest ON work_items (service_id, opened_at, due_on, id) WHERE closed_at IS NULL;
-- With it the number of a queue is counted without its items being read.
DROP INDEX work_items_by_queue;
CREATE INDEX work_items_by_queue ON work_items (service_id, queue, due_on, opened_at, id, snoozed_until) WHERE closed_at IS NULL;
CREATE INDEX work_items_by_task ON work_items (task_id) WHERE closed_at IS NULL;
CREATE INDEX work_items_to_escalate ON work_items (service_id, due_on) WHERE closed_at IS NULL AND escalated_at IS NULL;

CREATE TABLE teams (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    name TEXT NOT NULL,
    lead_id TEXT REFERENCES staff (id),
    ended_at TIMESTAMP
);
CREATE UNIQUE INDEX teams_by_name ON teams (service_id, name) WHERE ended_at IS NULL;

CREATE TABLE team_members (
    team_id TEXT NOT NULL REFERENCES teams (id),
    staff_id TEXT NOT NULL REFERENCES staff (id),
    service_id TEXT NOT NULL REFERENCES services (id),
    PRIMARY KEY (team_id, staff_id)
);
CREATE INDEX team_members_by_staff ON team_members (staff_id);

CREATE TABLE team_queues (
    service_id TEXT NOT NULL REFERENCES services (id),
    queue TEXT NOT NULL,
    team_id TEXT NOT NULL REFERENCES teams (id),
    PRIMARY KEY (service_id, queue)
);

CREATE TABLE absences (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    staff_id TEXT NOT NULL REFERENCES staff (id),
    cover_id TEXT NOT NULL REFERENCES staff (id),
    from_on DATE NOT NULL,
    to_on DATE NOT NULL,
    set_by TEXT NOT NULL REFERENCES staff (id),
    set_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX absences_by_cover ON absences (service_id, cover_id, to_on);

CREATE TABLE saved_views (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    staff_id TEXT NOT NULL REFERENCES staff (id),
    team_id TEXT REFERENCES teams (id),
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    kept_at TIMESTAMP NOT NULL
);
CREATE INDEX saved_views_of ON saved_views (service_id, staff_id);

CREATE TABLE digests (
    staff_id TEXT PRIMARY KEY NOT NULL REFERENCES staff (id),
    service_id TEXT NOT NULL REFERENCES services (id),
    email TEXT NOT NULL,
    since TIMESTAMP NOT NULL
);

CREATE TABLE digest_days (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    day DATE NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    state TEXT NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    PRIMARY KEY (staff_id, day)
);
