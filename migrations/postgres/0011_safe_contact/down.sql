DROP TABLE contact_safety;
