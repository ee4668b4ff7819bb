-- What the engine looks for: runs that wait for room or are under way, and workflows that wait for an event.
set lock_timeout = 0;
drop index concurrently if exists idx_workflow_activated_by;
create index concurrently idx_workflow_activated_by on workflows (activated_by_id) where activated_by_id is not null;
drop index concurrently if exists idx_workflow_event;
create index concurrently idx_workflow_event on workflows (organization_id, event_type)
    where event_type is not null and status = 'active';
drop index concurrently if exists idx_execution_acting;
create index concurrently idx_execution_acting on workflow_executions (acting_user_id) where acting_user_id is not null;
drop index concurrently if exists idx_execution_open;
create index concurrently idx_execution_open on workflow_executions (organization_id, id)
    where status in ('pending', 'running');
alter table workflows validate constraint workflows_activated_by_fkey;
alter table workflow_executions validate constraint executions_acting_user_fkey;
alter table workflow_executions validate constraint execution_nesting;
reset lock_timeout;
