CREATE TABLE posts_anew (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    invitation_id TEXT NOT NULL REFERENCES invitations (id),
    channel TEXT NOT NULL,
    pdf_sha256 TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    claimed_by TEXT,
    claimed_until TIMESTAMP,
    not_before TIMESTAMP NOT NULL,
    provider_ref TEXT,
    problem TEXT,
    queued_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    retries INTEGER NOT NULL DEFAULT 0,
    retry_since TIMESTAMP,
    delivery TEXT,
    delivery_at TIMESTAMP,
    ask_at TIMESTAMP,
    UNIQUE (invitation_id, channel)
);
INSERT INTO posts_anew (id, service_id, invitation_id, channel, pdf_sha256, state, attempts, claimed_by, claimed_until, not_before,
    provider_ref, problem, queued_at, changed_at, retries, retry_since, delivery, delivery_at, ask_at)
SELECT id, service_id, invitation_id, channel, pdf_sha256, state, attempts, claimed_by, claimed_until, not_before,
    provider_ref, problem, queued_at, changed_at, retries, retry_since, delivery, delivery_at, ask_at FROM posts WHERE answer_id IS NULL;
DROP TABLE posts;
ALTER TABLE posts_anew RENAME TO posts;
CREATE INDEX posts_by_state ON posts (state, not_before);
CREATE INDEX posts_by_leaving ON posts (service_id, channel, state, changed_at);
CREATE INDEX posts_to_ask ON posts (ask_at);
DROP TABLE answer_drafts;
DROP TABLE answers;
