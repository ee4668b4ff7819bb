alter table workflow_signals alter column created_at set default now();
