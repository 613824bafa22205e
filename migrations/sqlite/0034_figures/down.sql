DROP INDEX work_items_by_closing;
DROP INDEX relative_tasks_by_opening;
