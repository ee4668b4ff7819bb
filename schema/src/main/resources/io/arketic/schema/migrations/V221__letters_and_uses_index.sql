-- Steps by the event that they wait for, and what is deleted by age in the order of its age.
set lock_timeout = 0;
drop index concurrently if exists idx_step_run_awaits;
create index concurrently idx_step_run_awaits on workflow_step_runs (organization_id, awaited_event)
    where awaited_event is not null and status = 'waiting';
drop index concurrently if exists idx_workflow_delivery_age;
create index concurrently idx_workflow_delivery_age on workflow_deliveries (organization_id, id);
alter table organization_settings validate constraint settings_versions_kept;
reset lock_timeout;
