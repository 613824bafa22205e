DROP TABLE import_families;
DROP TABLE imports;
