-- A spreadsheet of what an older system holds: one row a file, one a family in it. The worker takes the families up one by one.
-- What stands in the file is sealed with keys of the import's own, and is gone once it is over.

CREATE TABLE imports (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    state TEXT NOT NULL,
    started_by TEXT NOT NULL REFERENCES staff (id),
    started_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    headings TEXT NOT NULL,
    mapping TEXT,
    row_count INTEGER NOT NULL,
    read_to INTEGER NOT NULL,
    told TEXT,
    sealed BLOB
);
CREATE INDEX imports_by_state ON imports (state, started_at, id);
CREATE INDEX imports_of_staff ON imports (service_id, started_by, started_at);
CREATE INDEX imports_by_headings ON imports (service_id, headings, changed_at);

-- The family has no reference to its file: that goes when the import is undone, and this row stays.
CREATE TABLE import_families (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    import_id TEXT NOT NULL REFERENCES imports (id),
    place INTEGER NOT NULL,
    state TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    problems INTEGER NOT NULL,
    questions INTEGER NOT NULL,
    known INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    family_id TEXT,
    opened BOOLEAN NOT NULL,
    change_id TEXT,
    changed_at TIMESTAMP NOT NULL,
    sealed BLOB
);
CREATE INDEX import_families_of_import ON import_families (service_id, import_id, state, tries, place);
CREATE INDEX import_families_asked ON import_families (service_id, import_id, questions, place);
CREATE INDEX import_families_wrong ON import_families (service_id, import_id, problems, place);
