DROP TABLE audit_rows; DROP TABLE audit_heads; DROP TABLE work_items; DROP TABLE objections;
DROP TABLE replies; DROP TABLE wrong_tries; DROP TABLE visits; DROP TABLE posts; DROP TABLE invitations;
DROP TABLE letters; DROP TABLE releases; DROP TABLE decision_reasons; DROP TABLE decisions; DROP TABLE consents;
DROP TABLE conversations; DROP TABLE relative_tasks; DROP TABLE findings; DROP TABLE results; DROP TABLE reports;
DROP TABLE kinships; DROP TABLE contacts; DROP TABLE persons; DROP TABLE relationships; DROP TABLE families;
DROP TABLE sign_in_failures; DROP TABLE sessions; DROP TABLE staff_roles; DROP TABLE staff; DROP TABLE services;
