DROP TABLE urgencies;
