-- Lists are read a page at a time from an index in the order in which they are shown, however long they are.

DROP INDEX work_items_open;
CREATE INDEX work_items_by_due ON work_items (service_id, due_on, opened_at, id) WHERE closed_at IS NULL;
CREATE INDEX work_items_by_queue ON work_items (service_id, queue, due_on, opened_at, id) WHERE closed_at IS NULL;
CREATE INDEX work_items_by_owner ON work_items (service_id, owner_id, due_on, opened_at, id) WHERE closed_at IS NULL;
CREATE INDEX work_items_of_owner ON work_items (service_id, owner_id, queue) WHERE closed_at IS NULL;
CREATE INDEX work_items_by_family ON work_items (service_id, family_id) WHERE closed_at IS NULL;

DROP INDEX relationships_by_staff;
CREATE INDEX relationships_by_staff ON relationships (service_id, staff_id, started_at, id) WHERE ended_at IS NULL;

CREATE INDEX posts_by_change ON posts (service_id, changed_at, id);
CREATE INDEX posts_of_service_by_state ON posts (service_id, state, changed_at, id);
CREATE INDEX letters_by_invitation ON letters (service_id, invitation_id);
CREATE INDEX executions_by_family ON executions (service_id, family_id);
DROP INDEX audit_rows_by_family;
CREATE INDEX audit_rows_by_family ON audit_rows (service_id, family_id, seq);
