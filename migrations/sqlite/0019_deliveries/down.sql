DROP INDEX posts_to_ask;
ALTER TABLE posts DROP COLUMN ask_at;
ALTER TABLE posts DROP COLUMN delivery_at;
ALTER TABLE posts DROP COLUMN delivery;
ALTER TABLE posts DROP COLUMN retry_since;
ALTER TABLE posts DROP COLUMN retries;
