-- What waits for an event is counted by its kind, up to a thousand.
CREATE INDEX triggers_by_kind ON triggers (service_id, kind, state, due_on, family_id);
