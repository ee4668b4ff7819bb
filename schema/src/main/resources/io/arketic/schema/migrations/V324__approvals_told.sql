-- Members are told of a workflow that waits for their decision, and choose the channels of each kind of notification. The
-- functions' texts are those of R__notifications.sql.
create or replace function notify_approval() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform notify_user(m.user_id, new.organization_id, 'approval', new.id::text,
        jsonb_build_object('workflow_id', e.workflow_id, 'execution_id', e.id, 'step', new.step, 'name', w.name))
    from workflow_executions e
    join workflows w on w.id = e.workflow_id
    join organization_members m on m.organization_id = new.organization_id and m.is_active and m.role <> 'viewer'
    where e.id = new.execution_id
      and not (new.state ->> 'four_eyes' = 'true' and e.acting_user_id is not distinct from m.user_id)
      and case when jsonb_array_length(new.state -> 'users') > 0
          then new.state -> 'users' @> to_jsonb(m.user_id::text)
          else m.role = 'owner' or m.role::text = new.state ->> 'role'
            or m.role = 'admin' and new.state ->> 'role' = 'member' end;
    return null;
end $$;
create trigger workflow_step_runs_notify after update of status on workflow_step_runs
    for each row when (
        new.status = 'waiting' and old.status <> 'waiting' and new.purpose = 'step'
        and new.state ->> 'four_eyes' is not null)
    execute function notify_approval();
create or replace function notify_decided() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    person uuid;
begin
    for person in
        update notifications n set read_at = now()
        where n.kind = 'approval' and n.occasion = new.id::text and n.read_at is null
          and n.user_id in (
            select m.user_id from organization_members m where m.organization_id = new.organization_id)
        returning n.user_id
    loop
        perform pg_notify('arketic_notification', person::text);
    end loop;
    return null;
end $$;
create trigger workflow_step_runs_decided after update of status on workflow_step_runs
    for each row when (
        old.status in ('waiting', 'running') and new.status not in ('pending', 'scheduled', 'running', 'waiting', 'unknown')
        and new.purpose = 'step' and old.state ->> 'four_eyes' is not null)
    execute function notify_decided();
