ALTER TABLE replies DROP COLUMN proxy_id;
ALTER TABLE visits DROP COLUMN proxy_id;
ALTER TABLE visits DROP COLUMN asking;
DROP TABLE proxy_checks;
DROP TABLE proxies;
