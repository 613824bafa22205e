DROP INDEX imports_kept;
ALTER TABLE imports DROP COLUMN kept_until;
DROP INDEX import_families_into;
DROP INDEX import_families_back;
DROP INDEX import_families_in_order;
