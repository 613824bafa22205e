-- The spine: a laboratory report goes in, a relative's answer comes back.
-- Every table carries service_id. Ids are random (v4). Times are UTC. docs/data-map.toml says which compartment each column is of.

CREATE TABLE services (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    address_lines TEXT NOT NULL,
    phone TEXT NOT NULL,
    hours TEXT NOT NULL,
    email TEXT NOT NULL,
    web TEXT NOT NULL,
    portal_address TEXT NOT NULL,
    nation TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE staff (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    username TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    job_title TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    disabled_at TIMESTAMP
);

CREATE TABLE staff_roles (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    role TEXT NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    PRIMARY KEY (staff_id, role)
);

CREATE TABLE sessions (
    id_hash TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    staff_id TEXT NOT NULL REFERENCES staff (id),
    form_token TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX sessions_by_staff ON sessions (staff_id);

CREATE TABLE sign_in_failures (
    username TEXT PRIMARY KEY NOT NULL,
    failures INTEGER NOT NULL,
    locked_until TIMESTAMP
);

-- One data key a holder (a family, or a service) and compartment, wrapped by that compartment's key.
CREATE TABLE key_envelopes (
    holder_id TEXT NOT NULL,
    compartment TEXT NOT NULL,
    version INTEGER NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    kek_version INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    made_at TIMESTAMP NOT NULL,
    PRIMARY KEY (holder_id, compartment, version)
);
CREATE INDEX key_envelopes_by_age ON key_envelopes (compartment, kek_version);

CREATE TABLE families (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    reference TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (service_id, reference)
);

CREATE TABLE relationships (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    staff_id TEXT NOT NULL REFERENCES staff (id),
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    sealed BLOB NOT NULL
);
CREATE INDEX relationships_by_family ON relationships (service_id, family_id, staff_id);
CREATE INDEX relationships_by_staff ON relationships (service_id, staff_id);

CREATE TABLE persons (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    created_at TIMESTAMP NOT NULL,
    nhs_index TEXT,
    name_index TEXT,
    sealed BLOB NOT NULL
);
CREATE INDEX persons_by_family ON persons (service_id, family_id);
CREATE INDEX persons_by_nhs ON persons (service_id, nhs_index);
CREATE INDEX persons_by_name ON persons (service_id, name_index);

CREATE TABLE contacts (
    person_id TEXT PRIMARY KEY NOT NULL REFERENCES persons (id),
    service_id TEXT NOT NULL REFERENCES services (id),
    sealed BLOB NOT NULL
);

CREATE TABLE kinships (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    child_id TEXT NOT NULL REFERENCES persons (id),
    parent_id TEXT NOT NULL REFERENCES persons (id),
    sealed BLOB NOT NULL,
    UNIQUE (child_id, parent_id)
);
CREATE INDEX kinships_by_family ON kinships (service_id, family_id);

CREATE TABLE reports (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    holder_id TEXT NOT NULL,
    digest_index TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL,
    problem TEXT,
    place TEXT,
    what_to_do TEXT,
    sealed BLOB NOT NULL,
    UNIQUE (service_id, digest_index)
);

CREATE TABLE results (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    person_id TEXT NOT NULL REFERENCES persons (id),
    report_id TEXT NOT NULL REFERENCES reports (id),
    received_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL,
    supersedes_id TEXT REFERENCES results (id),
    identifier_index TEXT,
    sealed BLOB NOT NULL
);
CREATE INDEX results_by_family ON results (service_id, family_id);
CREATE INDEX results_by_identifier ON results (service_id, identifier_index);

CREATE TABLE findings (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    result_id TEXT NOT NULL REFERENCES results (id),
    sealed BLOB NOT NULL
);
CREATE INDEX findings_by_result ON findings (service_id, result_id);

CREATE TABLE relative_tasks (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    result_id TEXT NOT NULL REFERENCES results (id),
    person_id TEXT NOT NULL REFERENCES persons (id),
    state TEXT NOT NULL,
    degree INTEGER NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    sealed BLOB NOT NULL,
    UNIQUE (result_id, person_id)
);
CREATE INDEX relative_tasks_by_family ON relative_tasks (service_id, family_id);
CREATE INDEX relative_tasks_by_person ON relative_tasks (service_id, person_id);

CREATE TABLE conversations (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    result_id TEXT NOT NULL REFERENCES results (id),
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX conversations_by_family ON conversations (service_id, family_id);

CREATE TABLE consents (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    route TEXT NOT NULL,
    level TEXT NOT NULL,
    stance TEXT NOT NULL,
    revisit_on DATE,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    seq INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    UNIQUE (task_id, seq)
);

CREATE TABLE decisions (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    seq INTEGER NOT NULL,
    model TEXT NOT NULL,
    outcome TEXT NOT NULL,
    level TEXT NOT NULL,
    review_on DATE NOT NULL,
    policy_pack TEXT NOT NULL,
    policy_version TEXT NOT NULL,
    reason_codes_version TEXT NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    by_role TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    sealed BLOB NOT NULL,
    UNIQUE (task_id, seq)
);

CREATE TABLE releases (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    result_id TEXT NOT NULL REFERENCES results (id),
    level TEXT NOT NULL,
    basis TEXT NOT NULL,
    basis_id TEXT NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX releases_by_task ON releases (service_id, task_id);

CREATE TABLE certificates (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    result_id TEXT NOT NULL REFERENCES results (id),
    digest TEXT NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    superseded_at TIMESTAMP,
    withdrawn_at TIMESTAMP,
    sealed BLOB NOT NULL
);
CREATE INDEX certificates_by_result ON certificates (service_id, result_id);

CREATE TABLE letters (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    release_id TEXT NOT NULL REFERENCES releases (id),
    invitation_id TEXT NOT NULL,
    level TEXT NOT NULL,
    template_id TEXT NOT NULL,
    template_version TEXT NOT NULL,
    state TEXT NOT NULL,
    pdf_sha256 TEXT NOT NULL,
    author_id TEXT NOT NULL REFERENCES staff (id),
    drafted_at TIMESTAMP NOT NULL,
    approver_id TEXT REFERENCES staff (id),
    approved_at TIMESTAMP,
    ended_why TEXT,
    sealed BLOB NOT NULL
);
CREATE INDEX letters_by_task ON letters (service_id, task_id);
CREATE INDEX letters_by_family ON letters (service_id, family_id);

-- The relatives' wing: nothing below points into a table of the professionals' wing.

CREATE TABLE invitations (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    task_ref TEXT NOT NULL,
    code_hash TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    reading TEXT NOT NULL,
    wrong_dates INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    ends_on DATE NOT NULL,
    holder_ref TEXT NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX invitations_by_task ON invitations (service_id, task_ref);

CREATE TABLE posts (
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
    UNIQUE (invitation_id, channel)
);
CREATE INDEX posts_by_state ON posts (state, not_before);

CREATE TABLE channel_pauses (
    service_id TEXT NOT NULL REFERENCES services (id),
    channel TEXT NOT NULL,
    words TEXT NOT NULL,
    began_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    PRIMARY KEY (service_id, channel)
);

CREATE TABLE visits (
    id_hash TEXT PRIMARY KEY NOT NULL,
    service_id TEXT REFERENCES services (id),
    code_hash TEXT,
    invitation_id TEXT REFERENCES invitations (id),
    stage TEXT NOT NULL,
    form_token TEXT NOT NULL,
    answer BLOB,
    started_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);

CREATE INDEX visits_by_last_seen ON visits (last_seen_at);

CREATE TABLE wrong_tries (
    hour TEXT PRIMARY KEY NOT NULL,
    tries INTEGER NOT NULL
);

CREATE TABLE replies (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    invitation_id TEXT NOT NULL REFERENCES invitations (id),
    task_ref TEXT NOT NULL,
    seq INTEGER NOT NULL,
    choice TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    sealed BLOB NOT NULL,
    UNIQUE (invitation_id, seq)
);
CREATE INDEX replies_by_task ON replies (service_id, task_ref);

-- Operational: what is to be done, and what was done.

CREATE TABLE objections (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    person_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    source TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX objections_by_person ON objections (service_id, person_id);

CREATE TABLE work_items (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    queue TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    family_id TEXT REFERENCES families (id),
    opened_at TIMESTAMP NOT NULL,
    due_on DATE NOT NULL,
    named_on DATE,
    owner_id TEXT REFERENCES staff (id),
    closed_at TIMESTAMP
);
CREATE INDEX work_items_open ON work_items (service_id, queue, closed_at, due_on);
CREATE INDEX work_items_by_subject ON work_items (service_id, subject_kind, subject_id);
CREATE UNIQUE INDEX work_items_one_open ON work_items (queue, subject_kind, subject_id) WHERE closed_at IS NULL;

CREATE TABLE audit_heads (
    service_id TEXT PRIMARY KEY NOT NULL REFERENCES services (id),
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);

CREATE TABLE audit_rows (
    service_id TEXT NOT NULL REFERENCES services (id),
    seq BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    deed TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    family_id TEXT,
    note TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (service_id, seq)
);
CREATE INDEX audit_rows_by_family ON audit_rows (service_id, family_id);
