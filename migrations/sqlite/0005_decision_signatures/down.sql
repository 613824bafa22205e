DROP TABLE decision_signatures;
