DROP TABLE agreement_sheets;
DROP INDEX work_items_by_named_day;
DROP INDEX consents_by_family;
ALTER TABLE consents DROP COLUMN ends_on;
