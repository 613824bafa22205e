DROP TABLE family_changes;
DROP TABLE health;
DROP TABLE ties;
