DROP TABLE carried_results;
DROP TABLE kindred_people;
DROP TABLE kindreds;
