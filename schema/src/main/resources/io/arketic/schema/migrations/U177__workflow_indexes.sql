drop index if exists idx_execution_open;
drop index if exists idx_execution_acting;
drop index if exists idx_workflow_event;
drop index if exists idx_workflow_activated_by;
