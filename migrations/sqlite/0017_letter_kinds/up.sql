-- What a service is called in Welsh, how a person reads, and which templates a service has approved.

ALTER TABLE services ADD COLUMN name_cy TEXT;
ALTER TABLE services ADD COLUMN sender_name_cy TEXT;
ALTER TABLE services ADD COLUMN hours_cy TEXT;

CREATE TABLE reading_needs (
    person_id TEXT PRIMARY KEY NOT NULL REFERENCES persons (id),
    service_id TEXT NOT NULL REFERENCES services (id),
    sealed BLOB NOT NULL
);

CREATE TABLE template_approvals (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    version TEXT NOT NULL,
    digest TEXT NOT NULL,
    checked_by TEXT NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    ended_by TEXT REFERENCES staff (id)
);
CREATE INDEX template_approvals_of_service ON template_approvals (service_id, kind);
