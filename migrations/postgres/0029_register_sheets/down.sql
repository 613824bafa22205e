DROP TABLE register_sheets;
