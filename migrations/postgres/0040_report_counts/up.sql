-- Relatives counted by the worker, where they are too many to be counted at a page. What is counted is sealed with a key of the
-- count's own and goes once the figures are there.

CREATE TABLE report_counts (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    state TEXT NOT NULL,
    asked_by TEXT NOT NULL REFERENCES staff (id),
    asked_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    from_month TEXT NOT NULL,
    to_month TEXT NOT NULL,
    condition TEXT NOT NULL,
    relatives INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    after_at TIMESTAMP,
    after_task TEXT,
    tries INTEGER NOT NULL,
    told TEXT,
    kept_until DATE
);
CREATE INDEX report_counts_by_state ON report_counts (state, asked_at, id);
CREATE INDEX report_counts_of_months ON report_counts (service_id, from_month, to_month, condition);
CREATE INDEX report_counts_kept ON report_counts (kept_until) WHERE kept_until IS NOT NULL;

CREATE TABLE report_count_parts (
    count_id TEXT NOT NULL REFERENCES report_counts (id),
    place INTEGER NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    sealed BYTEA NOT NULL,
    PRIMARY KEY (count_id, place)
);

CREATE TABLE report_count_figures (
    count_id TEXT NOT NULL REFERENCES report_counts (id),
    report TEXT NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    figure TEXT NOT NULL,
    csv TEXT NOT NULL,
    PRIMARY KEY (count_id, report)
);

-- Counted in the order in which they were put on a list, a part at a time.
DROP INDEX relative_tasks_by_opening;
CREATE INDEX relative_tasks_by_opening ON relative_tasks (service_id, opened_at, id);
