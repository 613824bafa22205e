DELETE FROM posts WHERE answer_id IS NOT NULL;
DROP INDEX posts_by_invitation;
DROP INDEX posts_of_answer;
DROP INDEX posts_of_letter;
ALTER TABLE posts ADD CONSTRAINT posts_invitation_id_channel_key UNIQUE (invitation_id, channel);
ALTER TABLE posts DROP COLUMN answer_id;
DROP TABLE answer_drafts;
DROP TABLE answers;
