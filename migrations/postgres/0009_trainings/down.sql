DROP TABLE training_attempts;
