-- A service's own wordings of the published templates.

CREATE TABLE wordings (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    number INTEGER NOT NULL,
    based_on TEXT NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    author_id TEXT NOT NULL REFERENCES staff (id),
    saved_at TIMESTAMP NOT NULL,
    why TEXT NOT NULL,
    retired_why TEXT
);
CREATE INDEX wordings_of_kind ON wordings (service_id, kind, number);
CREATE UNIQUE INDEX wordings_once ON wordings (service_id, kind, language, number) WHERE state <> 'retired';
