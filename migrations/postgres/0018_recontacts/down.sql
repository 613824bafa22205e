DROP TABLE recontacts;
