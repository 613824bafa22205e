DROP INDEX reports_of_same;
ALTER TABLE reports DROP COLUMN same_index;
ALTER TABLE services DROP COLUMN further_languages;
ALTER TABLE staff DROP COLUMN job_title_cy;
ALTER TABLE template_approvals DROP COLUMN ended_why;
ALTER TABLE template_approvals DROP COLUMN checked_role;
ALTER TABLE letters DROP COLUMN came_back_at;
ALTER TABLE letters DROP COLUMN handed_at;
