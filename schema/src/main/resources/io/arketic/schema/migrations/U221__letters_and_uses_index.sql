drop index if exists idx_workflow_delivery_age;
drop index if exists idx_step_run_awaits;
