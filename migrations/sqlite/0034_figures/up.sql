-- Reports count relatives by the day they were put on a list, and work by the day it was done.
CREATE INDEX relative_tasks_by_opening ON relative_tasks (service_id, opened_at);
CREATE INDEX work_items_by_closing ON work_items (service_id, closed_at) WHERE closed_at IS NOT NULL;
