alter table workflow_step_runs drop column task;
