-- When a copy was given to the proband, and when a letter came back; why an approval of wording was withdrawn, and the role of
-- whoever checked it; what a colleague is called in Welsh; the further languages of a service; reports that say the same.

ALTER TABLE letters ADD COLUMN handed_at TIMESTAMP;
ALTER TABLE letters ADD COLUMN came_back_at TIMESTAMP;

ALTER TABLE template_approvals ADD COLUMN checked_role TEXT NOT NULL DEFAULT '';
ALTER TABLE template_approvals ADD COLUMN ended_why TEXT;

ALTER TABLE staff ADD COLUMN job_title_cy TEXT;

ALTER TABLE services ADD COLUMN further_languages TEXT NOT NULL DEFAULT '';

ALTER TABLE reports ADD COLUMN same_index TEXT;
CREATE INDEX reports_of_same ON reports (service_id, same_index);
