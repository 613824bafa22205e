DROP TABLE family_exports;
DROP TABLE family_changes;
DROP TABLE health;
DROP TABLE ties;
