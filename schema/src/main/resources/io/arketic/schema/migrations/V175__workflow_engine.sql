-- What the engine of workflows keeps: versions that never change, the steps of each run, its events, and what is due.

alter type step_type add value if not exists 'for_each';
alter type step_type add value if not exists 'document';
alter type step_type add value if not exists 'workflow';

create table workflow_versions (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    workflow_id uuid not null,
    version varchar(20) not null,
    definition jsonb not null,
    created_by_id uuid references users on delete set null,
    created_at timestamptz not null default now(),
    constraint uq_workflow_version unique (workflow_id, version),
    constraint uq_workflow_version_tenant unique (organization_id, id),
    foreign key (organization_id, workflow_id) references workflows (organization_id, id) on delete cascade
);
create index idx_workflow_version_author on workflow_versions (created_by_id) where created_by_id is not null;

-- A workflow acts with the rights of the member that activated it, in the version that was activated.
alter table workflows
    add column active_version varchar(20),
    add column activated_by_id uuid,
    add column activated_at timestamptz,
    add column event_type varchar(40);
alter table workflows add constraint workflows_activated_by_fkey
    foreign key (activated_by_id) references users on delete set null not valid;

alter table workflow_steps add column step varchar(64);

alter table workflow_executions
    add column version varchar(20),
    add column acting_user_id uuid,
    add column trigger_data jsonb,
    add column paused_at timestamptz,
    add column deadline_at timestamptz,
    -- The step of another run that waits for this one.
    add column parent_run_id uuid,
    add column nesting integer not null default 0,
    add column rerun_of_id uuid;
alter table workflow_executions add constraint executions_acting_user_fkey
    foreign key (acting_user_id) references users on delete set null not valid;
alter table workflow_executions add constraint execution_nesting check (nesting between 0 and 5) not valid;

create table workflow_step_runs (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    execution_id uuid not null,
    step varchar(64) not null,
    purpose varchar(12) not null default 'step' check (purpose in ('step', 'item', 'compensation')),
    -- Which item of a for_each this is; 0 for others.
    position integer not null default 0,
    status varchar(12) not null check (status in (
        'pending', 'scheduled', 'running', 'waiting', 'completed', 'skipped', 'failed', 'cancelled', 'unknown')),
    attempts integer not null default 0,
    -- Sent with an effect. It is stored before the effect and is the same for each attempt.
    effect_id uuid not null default uuid_v7(),
    input jsonb,
    output jsonb,
    state jsonb,
    error_kind varchar(30),
    error_message text,
    wake_at timestamptz,
    started_at timestamptz,
    completed_at timestamptz,
    created_at timestamptz not null default now(),
    constraint uq_step_run unique (execution_id, step, purpose, position),
    foreign key (organization_id, execution_id) references workflow_executions (organization_id, id) on delete cascade
) with (fillfactor = 70);

-- What readers of a live stream are sent. Numbers of one run have no gaps: its row is locked by every writer.
create table workflow_events (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    execution_id uuid not null,
    number bigint not null,
    type varchar(30) not null,
    step varchar(64),
    status varchar(12),
    occurred_at timestamptz not null default clock_timestamp(),
    constraint uq_workflow_event unique (execution_id, number),
    foreign key (organization_id, execution_id) references workflow_executions (organization_id, id) on delete cascade
);

-- Decisions of members on a step that waits for them.
create table workflow_decisions (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    execution_id uuid not null,
    step varchar(64) not null,
    user_id uuid not null references users on delete cascade,
    decision varchar(10) not null check (decision in ('approve', 'reject')),
    comment text,
    created_at timestamptz not null default now(),
    constraint uq_workflow_decision unique (execution_id, step, user_id),
    foreign key (organization_id, execution_id) references workflow_executions (organization_id, id) on delete cascade
);
create index idx_workflow_decision_user on workflow_decisions (user_id);

-- Values that steps refer to by name. They are decrypted for a call alone, to one of their hosts.
create table workflow_secrets (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    name varchar(64) not null,
    allowed_hosts text[] not null,
    encrypted_key text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_workflow_secret unique (organization_id, name)
);
create trigger workflow_secrets_touch before update on workflow_secrets
    for each row execute function touch_updated_at();

-- Where a webhook enters: the address is a secret of which the hash is stored, and bodies are signed with another.
create table workflow_hooks (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    workflow_id uuid not null,
    token_hash varchar(64) not null,
    encrypted_key text not null,
    created_at timestamptz not null default now(),
    constraint uq_workflow_hook unique (workflow_id),
    constraint uq_workflow_hook_token unique (token_hash),
    foreign key (organization_id, workflow_id) references workflows (organization_id, id) on delete cascade
);
create table workflow_deliveries (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    workflow_id uuid not null,
    -- Of a webhook its sender's name for the delivery, of a schedule the time, of an event its id.
    delivery varchar(200) not null,
    execution_id uuid,
    created_at timestamptz not null default now(),
    constraint uq_workflow_delivery unique (workflow_id, delivery),
    foreign key (organization_id, workflow_id) references workflows (organization_id, id) on delete cascade
);

-- How many steps an organization ran on a day.
create table workflow_usage (
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    day date not null default (now() at time zone 'UTC')::date,
    steps integer not null default 0,
    primary key (organization_id, day)
) with (fillfactor = 50);

-- db-scheduler's table, with its columns. The data are "organization/thing" in UTF-8.
create table scheduled_tasks (
    task_name text not null,
    task_instance text not null,
    task_data bytea,
    execution_time timestamptz not null,
    picked boolean not null,
    picked_by text,
    last_success timestamptz,
    last_failure timestamptz,
    consecutive_failures integer,
    last_heartbeat timestamptz,
    version bigint not null,
    priority smallint,
    primary key (task_name, task_instance)
) with (fillfactor = 70);
create index idx_scheduled_task_due on scheduled_tasks (execution_time);
create index idx_scheduled_task_heartbeat on scheduled_tasks (last_heartbeat) where picked;

do $$
declare
    source text;
begin
    foreach source in array array[
        'workflow_versions', 'workflow_step_runs', 'workflow_events', 'workflow_decisions', 'workflow_secrets',
        'workflow_hooks', 'workflow_deliveries', 'workflow_usage', 'scheduled_tasks'] loop
        execute format('alter table %I enable row level security', source);
        execute format('alter table %I force row level security', source);
        execute format('create policy definer_all on %I to arketic_owner using (true)', source);
        if source = 'scheduled_tasks' then
            create policy no_rows on scheduled_tasks to arketic_app using (false);
            create policy scheduler_rows on scheduled_tasks to arketic_maintenance using (true);
        else
            execute format(
                'create policy tenant_rows on %I to arketic_app using (organization_id = (select current_organization_id()))',
                source);
            execute format('create policy operator_read on %I for select to arketic_ops using (true)', source);
        end if;
    end loop;
    foreach source in array array[
        'workflow_versions', 'workflow_decisions', 'workflow_secrets', 'workflow_hooks'] loop
        execute format(
            'create trigger %I after insert or update or delete on %I for each row execute function record_change(%L)',
            source || '_audit', source, source);
    end loop;
end $$;

grant select, insert on workflow_versions, workflow_events, workflow_decisions to arketic_app;
grant select, insert, update, delete on workflow_step_runs, workflow_deliveries, workflow_usage to arketic_app;
grant select (id, organization_id, name, allowed_hosts, created_at, updated_at), insert, update, delete
    on workflow_secrets to arketic_app;
grant select (id, organization_id, workflow_id, created_at), insert, update, delete on workflow_hooks to arketic_app;
grant select on workflow_versions, workflow_step_runs, workflow_events, workflow_decisions, workflow_deliveries,
    workflow_usage to arketic_ops;
grant select, insert, update, delete on scheduled_tasks to arketic_maintenance;

-- Puts work down for the scheduler, in the commit that makes it due. The name is new each time: what is done twice finds
-- nothing left to do.
create function schedule_workflow_task(task text, thing uuid, due timestamptz) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if current_organization_id() is null or task not in (
        'workflow-run', 'workflow-step', 'workflow-deadline', 'workflow-schedule', 'workflow-event') then
        raise exception 'a task of a workflow belongs to an organization' using errcode = '42501';
    end if;
    insert into scheduled_tasks (task_name, task_instance, task_data, execution_time, picked, version, priority)
    values (task, thing || ':' || uuid_v7(), convert_to(current_organization_id() || '/' || thing, 'UTF8'), due, false, 1, 0);
    if due <= now() then
        perform pg_notify('arketic_workflow', '');
    end if;
end $$;

-- A secret for a call of the organization that the transaction runs for.
create function workflow_secret(wanted text) returns table (id uuid, encrypted_key text, allowed_hosts text[])
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select s.id, s.encrypted_key, s.allowed_hosts from workflow_secrets s
    where s.organization_id = current_organization_id() and s.name = wanted
$$;

-- What a webhook's address opens, for a caller without a token.
create function open_workflow_hook(hash text) returns table (
        id uuid, organization_id uuid, workflow_id uuid, encrypted_key text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select h.id, h.organization_id, h.workflow_id, h.encrypted_key
    from workflow_hooks h
    join workflows w on w.id = h.workflow_id and w.status = 'active' and w.trigger_type = 'webhook'
    join organizations o on o.id = h.organization_id and o.status in ('active', 'trial')
    where h.token_hash = hash
$$;
revoke execute on function
    schedule_workflow_task(text, uuid, timestamptz), workflow_secret(text), open_workflow_hook(text) from public;
grant execute on function
    schedule_workflow_task(text, uuid, timestamptz), workflow_secret(text), open_workflow_hook(text) to arketic_app;

-- Numbers what happens in a run and tells the processes that serve its readers.
create function note_workflow_event() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    run uuid;
    step_of_run text;
    kind text;
begin
    if tg_table_name = 'workflow_executions' then
        run := new.id;
        kind := case when new.paused_at is not null then 'paused' else 'execution' end;
    else
        run := new.execution_id;
        step_of_run := new.step;
        kind := new.purpose;
    end if;
    insert into workflow_events (organization_id, execution_id, number, type, step, status)
    values (new.organization_id, run,
        coalesce((select max(e.number) from workflow_events e where e.execution_id = run), 0) + 1,
        kind, step_of_run, new.status::text);
    perform pg_notify('arketic_execution', run::text);
    return null;
end $$;
revoke execute on function note_workflow_event() from public;
create trigger workflow_executions_event after insert or update of status, paused_at on workflow_executions
    for each row execute function note_workflow_event();
create trigger workflow_step_runs_event after insert on workflow_step_runs
    for each row execute function note_workflow_event();
create trigger workflow_step_runs_changed after update of status on workflow_step_runs
    for each row when (old.status <> new.status) execute function note_workflow_event();
