DROP INDEX relative_tasks_by_opening;
CREATE INDEX relative_tasks_by_opening ON relative_tasks (service_id, opened_at);
DROP TABLE report_count_figures;
DROP TABLE report_count_parts;
DROP TABLE report_counts;
