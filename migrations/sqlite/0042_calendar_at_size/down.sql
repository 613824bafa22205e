DROP INDEX triggers_by_kind;
