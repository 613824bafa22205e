DROP INDEX relative_tasks_by_state;
DROP INDEX posts_by_leaving;
DROP INDEX objections_by_time;
DROP INDEX decisions_by_time;
DROP TABLE inquiries;
