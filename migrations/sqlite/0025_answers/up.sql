-- What is answered to a relative who asked something: as staff draft it, and as its reader is shown it. A sending may be the
-- notice of an answer; a letter has one sending of each kind, and so has an answer.

CREATE TABLE answers (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    invitation_id TEXT NOT NULL REFERENCES invitations (id),
    reply_id TEXT NOT NULL REFERENCES replies (id),
    given_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP,
    enough_at TIMESTAMP,
    taken_back_at TIMESTAMP,
    sealed BLOB NOT NULL
);
CREATE INDEX answers_by_invitation ON answers (service_id, invitation_id);

CREATE TABLE answer_drafts (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    letter_id TEXT NOT NULL REFERENCES letters (id),
    reply_id TEXT NOT NULL REFERENCES replies (id),
    state TEXT NOT NULL,
    author_id TEXT NOT NULL REFERENCES staff (id),
    drafted_at TIMESTAMP NOT NULL,
    approver_id TEXT REFERENCES staff (id),
    released_at TIMESTAMP,
    ended_why TEXT,
    sealed BLOB NOT NULL
);
CREATE INDEX answer_drafts_by_task ON answer_drafts (service_id, task_id);
CREATE INDEX answer_drafts_by_letter ON answer_drafts (service_id, letter_id);

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
    answer_id TEXT REFERENCES answers (id)
);
INSERT INTO posts_anew (id, service_id, invitation_id, channel, pdf_sha256, state, attempts, claimed_by, claimed_until, not_before,
    provider_ref, problem, queued_at, changed_at, retries, retry_since, delivery, delivery_at, ask_at)
SELECT id, service_id, invitation_id, channel, pdf_sha256, state, attempts, claimed_by, claimed_until, not_before,
    provider_ref, problem, queued_at, changed_at, retries, retry_since, delivery, delivery_at, ask_at FROM posts;
DROP TABLE posts;
ALTER TABLE posts_anew RENAME TO posts;
CREATE INDEX posts_by_state ON posts (state, not_before);
CREATE INDEX posts_by_leaving ON posts (service_id, channel, state, changed_at);
CREATE INDEX posts_to_ask ON posts (ask_at);
CREATE UNIQUE INDEX posts_of_letter ON posts (invitation_id, channel) WHERE answer_id IS NULL;
CREATE UNIQUE INDEX posts_of_answer ON posts (answer_id) WHERE answer_id IS NOT NULL;
CREATE INDEX posts_by_invitation ON posts (service_id, invitation_id);
