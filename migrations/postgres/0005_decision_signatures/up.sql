-- Where a policy pack asks for a second clinician under a decision: asked for with the decision, given once.

CREATE TABLE decision_signatures (
    decision_id TEXT PRIMARY KEY NOT NULL REFERENCES decisions (id),
    service_id TEXT NOT NULL REFERENCES services (id),
    family_id TEXT NOT NULL REFERENCES families (id),
    by_staff TEXT REFERENCES staff (id),
    at TIMESTAMP
);
CREATE INDEX decision_signatures_by_family ON decision_signatures (service_id, family_id);
