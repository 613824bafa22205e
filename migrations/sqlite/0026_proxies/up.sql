-- Somebody acts for the person a letter is addressed to: what they asked, whether staff agreed and until when, the index of
-- the second code they were given, and apart from it, in the professionals' wing, what was checked and why.

CREATE TABLE proxies (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    invitation_id TEXT NOT NULL REFERENCES invitations (id),
    task_ref TEXT NOT NULL,
    state TEXT NOT NULL,
    authority TEXT,
    code_hash TEXT UNIQUE,
    wrong_codes INTEGER NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    ends_on DATE,
    ended_why TEXT,
    sealed BLOB NOT NULL
);
CREATE INDEX proxies_by_task ON proxies (service_id, task_ref);
CREATE INDEX proxies_by_invitation ON proxies (service_id, invitation_id);

CREATE TABLE proxy_checks (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    proxy_id TEXT NOT NULL REFERENCES proxies (id),
    verdict TEXT NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX proxy_checks_by_proxy ON proxy_checks (service_id, proxy_id, at);

ALTER TABLE visits ADD COLUMN asking BLOB;
ALTER TABLE visits ADD COLUMN proxy_id TEXT;
ALTER TABLE replies ADD COLUMN proxy_id TEXT;
