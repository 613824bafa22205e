DROP TABLE template_approvals;
DROP TABLE reading_needs;
ALTER TABLE services DROP COLUMN hours_cy;
ALTER TABLE services DROP COLUMN sender_name_cy;
ALTER TABLE services DROP COLUMN name_cy;
