DROP INDEX relative_tasks_by_state;
CREATE INDEX relative_tasks_by_state ON relative_tasks (service_id, state);
DROP INDEX letters_by_state;
DROP TABLE letter_batch_rows;
DROP TABLE letter_batches;
