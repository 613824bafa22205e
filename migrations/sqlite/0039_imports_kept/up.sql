-- Families of an import as its page lists them, as they are taken back, and by the file that they came into.
CREATE INDEX import_families_in_order ON import_families (service_id, import_id, place);
CREATE INDEX import_families_back ON import_families (service_id, import_id, state, place);
CREATE INDEX import_families_into ON import_families (family_id);

-- The day after which an import that nobody goes on with is given up.
ALTER TABLE imports ADD COLUMN kept_until DATE;
CREATE INDEX imports_kept ON imports (kept_until) WHERE kept_until IS NOT NULL;
