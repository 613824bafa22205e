ALTER TABLE urgencies DROP COLUMN due_before;
DROP TABLE executions;
DROP TABLE emergencies;
DROP TABLE cooling_offs;
