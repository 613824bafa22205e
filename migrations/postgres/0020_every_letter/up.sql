-- Every kind of letter: whom one is addressed to where that is not the relative, which earlier one it goes with, whether a
-- wish is to be confirmed, who is responsible for a child, who was told their own result, and letters about the proband.

ALTER TABLE letters ADD COLUMN reader_id TEXT;
ALTER TABLE letters ADD COLUMN follows_id TEXT;
ALTER TABLE objections ADD COLUMN confirm TEXT;

CREATE TABLE parental_responsibilities (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    child_id TEXT NOT NULL REFERENCES persons (id),
    holder_id TEXT NOT NULL REFERENCES persons (id),
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    ended_by TEXT REFERENCES staff (id),
    sealed BYTEA NOT NULL
);
CREATE INDEX parental_responsibilities_of_child ON parental_responsibilities (service_id, child_id);

CREATE TABLE result_tellings (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    relative_result_id TEXT NOT NULL REFERENCES relative_results (id),
    told TEXT NOT NULL,
    by_staff TEXT NOT NULL REFERENCES staff (id),
    at TIMESTAMP NOT NULL,
    seq INTEGER NOT NULL,
    sealed BYTEA
);
CREATE INDEX result_tellings_of_result ON result_tellings (service_id, relative_result_id);

CREATE TABLE personal_letters (
    id TEXT PRIMARY KEY NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    state TEXT NOT NULL,
    pdf_sha256 TEXT NOT NULL,
    author_id TEXT NOT NULL REFERENCES staff (id),
    drafted_at TIMESTAMP NOT NULL,
    approver_id TEXT REFERENCES staff (id),
    approved_at TIMESTAMP,
    sealed BYTEA NOT NULL
);
CREATE INDEX personal_letters_by_family ON personal_letters (service_id, family_id);
