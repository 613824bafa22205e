-- How often and since when a sending was told "later", what its provider last said of it, and when it is asked again.

ALTER TABLE posts ADD COLUMN retries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE posts ADD COLUMN retry_since TIMESTAMP;
ALTER TABLE posts ADD COLUMN delivery TEXT;
ALTER TABLE posts ADD COLUMN delivery_at TIMESTAMP;
ALTER TABLE posts ADD COLUMN ask_at TIMESTAMP;
CREATE INDEX posts_to_ask ON posts (ask_at);
