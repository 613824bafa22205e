DROP TABLE decision_drafts;
