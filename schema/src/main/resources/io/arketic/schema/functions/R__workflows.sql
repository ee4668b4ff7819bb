-- Workflows: due work, secrets, hooks and events.

-- Schedules work in the commit that makes it due. Each call has a new name: work that is done twice changes nothing.
create or replace function schedule_workflow_task(task text, thing uuid, due timestamptz) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if current_organization_id() is null or task not in (
        'workflow-run', 'workflow-step', 'workflow-deadline', 'workflow-schedule', 'workflow-event', 'workflow-letter',
        'workflow-promotion') then
        raise exception 'a task of a workflow belongs to an organization' using errcode = '42501';
    end if;
    insert into scheduled_tasks (task_name, task_instance, task_data, execution_time, picked, version, priority)
    values (task, thing || ':' || uuid_v7(), convert_to(current_organization_id() || '/' || thing, 'UTF8'), due, false, 1, 0);
    if due <= now() then
        perform pg_notify('arketic_workflow', '');
    end if;
end $$;

-- Returns a secret of the current organization for a call.
create or replace function workflow_secret(wanted text) returns table (
        id uuid, encrypted_key text, allowed_hosts text[])
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select s.id, s.encrypted_key, s.allowed_hosts from workflow_secrets s
    where s.organization_id = current_organization_id() and s.name = wanted
$$;

-- Finds the workflow of a webhook's address, for a caller without a token.
create or replace function open_workflow_hook(hash text) returns table (
        id uuid, organization_id uuid, workflow_id uuid, encrypted_key text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select h.id, h.organization_id, h.workflow_id, h.encrypted_key
    from workflow_hooks h
    join workflows w on w.id = h.workflow_id and w.status = 'active' and w.trigger_type = 'webhook'
    join organizations o on o.id = h.organization_id and o.status in ('active', 'trial')
    where h.token_hash = hash
$$;

-- What the link of a question opens, for a caller without a token.
create or replace function open_workflow_question(hash text) returns table (
        organization_id uuid, execution_id uuid, step varchar, user_id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select l.organization_id, l.execution_id, l.step, l.user_id
    from workflow_letters l
    join organizations o on o.id = l.organization_id and o.status in ('active', 'trial')
    where l.token_hash = hash and l.asks and (l.asks_until is null or l.asks_until > now())
$$;

-- Stores the link of a question before its letter is sent, and returns the encrypted link that is stored: each attempt has
-- the first one. Returns null once the letter is sent.
create or replace function keep_letter_link(letter uuid, hash text, link text) returns text
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update workflow_letters
    set token_hash = case when encrypted_link is null then hash else token_hash end,
        encrypted_link = coalesce(encrypted_link, link)
    where id = letter and organization_id = current_organization_id() and sent_at is null
    returning encrypted_link
$$;

-- Numbers the runs of a workflow.
create or replace function number_execution() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update workflows set last_execution_number = last_execution_number + 1
    where id = new.workflow_id
    returning last_execution_number into new.execution_number;
    if not found then
        -- Left to the foreign key to refuse.
        new.execution_number := 0;
    end if;
    return new;
end $$;

-- Numbers an event of a run and tells the processes that serve its readers.
create or replace function note_workflow_event() returns trigger
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

-- Starts the workflows that wait for an event.
create or replace function signal_workflows(tenant uuid, event text, subject uuid, said jsonb) returns void
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
    signal uuid;
begin
    if nullif(current_setting('app.workflow_run', true), '') is not null or not exists (
        select from workflows w
        where w.organization_id = tenant and w.event_type = event and w.status = 'active'
    ) and not exists (
        select from workflow_step_runs r
        where r.organization_id = tenant and r.awaited_event = event and r.status = 'waiting') then
        return;
    end if;
    insert into workflow_signals (organization_id, event_type, subject_id, content)
    values (tenant, event, subject, said)
    returning id into signal;
    insert into scheduled_tasks (task_name, task_instance, task_data, execution_time, picked, version, priority)
    values ('workflow-event', signal::text, convert_to(tenant || '/' || signal, 'UTF8'), now(), false, 1, 0);
    perform pg_notify('arketic_workflow', '');
end $$;

-- Signals a new or changed document.
create or replace function signal_document() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform signal_workflows(new.organization_id,
        case when new.status = 'failed' then 'document.failed'
            when new.version > 1 then 'document.changed' else 'document.indexed' end,
        new.id,
        jsonb_build_object('document_id', new.id, 'knowledge_base_id', new.knowledge_base_id, 'filename', new.filename,
            'version', new.version, 'reason', case when new.status = 'failed' then new.processing_error end));
    return null;
end $$;

-- Signals a new message.
create or replace function signal_message() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    said jsonb := jsonb_build_object('message_id', new.id, 'chat_id', new.chat_id, 'sender_id', new.sender_id,
        'content', left(new.content, 10000));
begin
    perform signal_workflows(new.organization_id, 'message.posted', new.chat_id, said);
    if new.reply_to_id is not null then
        perform signal_workflows(
            new.organization_id, 'reply/' || replace(new.reply_to_id::text, '-', ''), new.chat_id, said);
    end if;
    return null;
end $$;

-- Signals a new member.
create or replace function signal_member() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform signal_workflows(new.organization_id, 'member.joined', new.user_id,
        jsonb_build_object('user_id', new.user_id, 'role', new.role));
    return null;
end $$;

-- Signals a generation that went live.
create or replace function signal_generation() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform signal_workflows(new.organization_id, 'generation.activated', new.knowledge_base_id,
        jsonb_build_object('knowledge_base_id', new.knowledge_base_id, 'generation', new.generation));
    return null;
end $$;

revoke execute on function
    schedule_workflow_task(text, uuid, timestamptz), workflow_secret(text), open_workflow_hook(text),
    open_workflow_question(text), keep_letter_link(uuid, text, text), number_execution(), note_workflow_event(),
    signal_workflows(uuid, text, uuid, jsonb), signal_document(),
    signal_message(), signal_member(), signal_generation() from public;
grant execute on function
    schedule_workflow_task(text, uuid, timestamptz), workflow_secret(text), open_workflow_hook(text),
    open_workflow_question(text), keep_letter_link(uuid, text, text) to arketic_app;
