-- Letters that somebody has drafted or approved together: one row a batch, one a letter. The worker takes them up one by one.

CREATE TABLE letter_batches (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    kind TEXT NOT NULL,
    level TEXT,
    hands_on BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    started_by TEXT NOT NULL REFERENCES staff (id),
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX letter_batches_by_state ON letter_batches (state, started_at, id);
CREATE INDEX letter_batches_of_service ON letter_batches (service_id, started_at);
CREATE INDEX letter_batches_of_staff ON letter_batches (service_id, started_by, started_at);

CREATE TABLE letter_batch_rows (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    batch_id TEXT NOT NULL REFERENCES letter_batches (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    place INTEGER NOT NULL,
    task_id TEXT NOT NULL REFERENCES relative_tasks (id),
    letter_id TEXT REFERENCES letters (id),
    pdf_sha256 TEXT,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    sealed BLOB
);
CREATE INDEX letter_batch_rows_of_batch ON letter_batch_rows (service_id, batch_id, state, tries, place);
CREATE INDEX letter_batch_rows_by_state ON letter_batch_rows (service_id, state, task_id, letter_id);
-- Nothing waits twice: neither a relative to be written to nor a letter to be approved.
CREATE UNIQUE INDEX letter_batch_rows_one_task ON letter_batch_rows (service_id, task_id) WHERE state = 'waiting' AND letter_id IS NULL;
CREATE UNIQUE INDEX letter_batch_rows_one_letter ON letter_batch_rows (service_id, letter_id) WHERE state = 'waiting' AND letter_id IS NOT NULL;

-- What can be drafted and what can be approved, a page at a time.
CREATE INDEX letters_by_state ON letters (service_id, state, drafted_at, id);
DROP INDEX relative_tasks_by_state;
CREATE INDEX relative_tasks_by_state ON relative_tasks (service_id, state, changed_at, id);
