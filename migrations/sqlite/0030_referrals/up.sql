-- A relative who lives elsewhere is handed, with their own agreement, to their own service: where that stands, and apart from
-- it, never changed, what was said and done about it.

CREATE TABLE referrals (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    letter_id TEXT NOT NULL REFERENCES letters (id),
    certificate_id TEXT NOT NULL REFERENCES certificates (id),
    reply_id TEXT REFERENCES replies (id),
    state TEXT NOT NULL,
    chased INTEGER NOT NULL,
    prepared_by TEXT NOT NULL REFERENCES staff (id),
    prepared_at TIMESTAMP NOT NULL,
    sent_at TIMESTAMP,
    look_on DATE,
    ended_why TEXT,
    sealed BLOB NOT NULL
);
CREATE INDEX referrals_by_task ON referrals (service_id, task_id);
CREATE INDEX referrals_by_letter ON referrals (service_id, letter_id);

CREATE TABLE referral_steps (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    referral_id TEXT NOT NULL REFERENCES referrals (id),
    step TEXT NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX referral_steps_by_referral ON referral_steps (service_id, referral_id, at);
