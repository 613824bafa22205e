-- What a signal in the chart of objections sets going: opened once for a month and a signal, answered once, never changed.

CREATE TABLE inquiries (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    month DATE NOT NULL,
    signal TEXT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    closed_by TEXT REFERENCES staff (id),
    closed_at TIMESTAMP,
    sealed BYTEA,
    UNIQUE (service_id, month, signal)
);

-- What is counted over a stretch of time is found by it.
CREATE INDEX decisions_by_time ON decisions (service_id, at);
CREATE INDEX objections_by_time ON objections (service_id, at);
CREATE INDEX posts_by_leaving ON posts (service_id, channel, state, changed_at);
CREATE INDEX relative_tasks_by_state ON relative_tasks (service_id, state);
