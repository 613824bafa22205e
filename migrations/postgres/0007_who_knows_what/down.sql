DROP TABLE objection_words;
ALTER TABLE objections DROP COLUMN seq;
ALTER TABLE objections DROP COLUMN topic;
DROP TABLE knowledge;
