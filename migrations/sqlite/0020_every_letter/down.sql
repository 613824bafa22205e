DROP TABLE personal_letters;
DROP TABLE result_tellings;
DROP TABLE parental_responsibilities;
ALTER TABLE objections DROP COLUMN confirm;
ALTER TABLE letters DROP COLUMN follows_id;
ALTER TABLE letters DROP COLUMN reader_id;
