DROP TABLE transfers;
DROP TABLE incidents;
DROP TABLE searches;
DROP TABLE treatments;
DROP TABLE triggers;
DROP TABLE closures;
