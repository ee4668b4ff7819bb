create or replace function purge_retention(batch integer) returns table (kind text, removed bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
    part record;
    tally jsonb := '{}';
    messages bigint := 0;
begin
    insert into purging values (true);
    for part in
        with old as (
            select m.id
            from organizations o
            cross join lateral (
                select m.id from chat_messages m
                where m.organization_id = o.id and m.id < retention_floor(o.id)
                order by m.id limit batch) m
            limit batch
        ), gone as (
            delete from chat_messages m using old where m.id = old.id
            returning m.organization_id, m.chat_id, m.sender_id, m.is_deleted, m.tokens_used
        )
        select g.organization_id, g.chat_id, g.sender_id, count(*) as rows,
            count(*) filter (where not g.is_deleted) as shown, coalesce(sum(g.tokens_used), 0) as tokens
        from gone g group by 1, 2, 3 order by 2, 3
    loop
        update chats c
        set message_count = c.message_count - part.shown, total_tokens_used = c.total_tokens_used - part.tokens
        where c.id = part.chat_id;
        update chat_participants p set message_count = p.message_count - part.shown
        where p.chat_id = part.chat_id and p.user_id = part.sender_id;
        messages := messages + part.rows;
        tally := tally || jsonb_build_object(part.organization_id::text,
            coalesce((tally ->> part.organization_id::text)::bigint, 0) + part.rows);
    end loop;
    insert into audit_log (organization_id, action, table_name, before)
    select t.key::uuid, 'delete', 'chat_messages', jsonb_build_object('rows', t.value, 'reason', 'data_retention_days')
    from jsonb_each(tally) t
    where not exists (
        select from organization_settings s where s.organization_id = t.key::uuid and not s.enable_audit_logging);
    delete from purging;
    return query select 'chat_messages', messages;
    return query with old as (
        select a.id
        from organizations o
        cross join lateral (
            select a.id from audit_log a
            where a.organization_id = o.id and a.id < retention_floor(o.id)
            order by a.id limit batch) a
        limit batch
    ), gone as (
        delete from audit_log a using old where a.id = old.id returning 1
    ) select 'audit_log', count(*) from gone;
end $$;

create or replace function signal_message() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform signal_workflows(new.organization_id, 'message.posted', new.chat_id,
        jsonb_build_object('message_id', new.id, 'chat_id', new.chat_id, 'sender_id', new.sender_id,
            'content', left(new.content, 10000)));
    return null;
end $$;

create or replace function signal_workflows(tenant uuid, event text, subject uuid, said jsonb) returns void
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
    signal uuid;
begin
    if nullif(current_setting('app.workflow_run', true), '') is not null or not exists (
        select from workflows w
        where w.organization_id = tenant and w.event_type = event and w.status = 'active') then
        return;
    end if;
    insert into workflow_signals (organization_id, event_type, subject_id, content)
    values (tenant, event, subject, said)
    returning id into signal;
    insert into scheduled_tasks (task_name, task_instance, task_data, execution_time, picked, version, priority)
    values ('workflow-event', signal::text, convert_to(tenant || '/' || signal, 'UTF8'), now(), false, 1, 0);
    perform pg_notify('arketic_workflow', '');
end $$;

create or replace function schedule_workflow_task(task text, thing uuid, due timestamptz) returns void
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

delete from scheduled_tasks where task_name in ('workflow-letter', 'workflow-promotion');
drop function open_workflow_question(text);
drop table workflow_letters;
alter table workflow_step_runs drop column awaited_event;
alter table organization_settings drop column document_versions_kept;
drop function document_activity(uuid, uuid, integer);
drop function count_document_uses(uuid[], integer[], integer[]);
