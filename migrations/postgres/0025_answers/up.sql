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
    sealed BYTEA NOT NULL
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
    sealed BYTEA NOT NULL
);
CREATE INDEX answer_drafts_by_task ON answer_drafts (service_id, task_id);
CREATE INDEX answer_drafts_by_letter ON answer_drafts (service_id, letter_id);

ALTER TABLE posts ADD COLUMN answer_id TEXT REFERENCES answers (id);
ALTER TABLE posts DROP CONSTRAINT posts_invitation_id_channel_key;
CREATE UNIQUE INDEX posts_of_letter ON posts (invitation_id, channel) WHERE answer_id IS NULL;
CREATE UNIQUE INDEX posts_of_answer ON posts (answer_id) WHERE answer_id IS NOT NULL;
CREATE INDEX posts_by_invitation ON posts (service_id, invitation_id);
