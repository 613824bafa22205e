DROP TABLE inferable_confirmations;
