-- What happens in an organization starts its workflows: it is put down in the commit in which it happens, where an active
-- workflow waits for it. What a workflow itself does starts none, or two of them would start each other for ever.

create table workflow_signals (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    event_type varchar(40) not null,
    subject_id uuid not null,
    content jsonb not null,
    created_at timestamptz not null default now()
);
create index idx_workflow_signal_org on workflow_signals (organization_id);
alter table workflow_signals enable row level security;
alter table workflow_signals force row level security;
create policy tenant_rows on workflow_signals to arketic_app
    using (organization_id = (select current_organization_id()));
create policy operator_read on workflow_signals for select to arketic_ops using (true);
create policy definer_all on workflow_signals to arketic_owner using (true);
grant select, delete on workflow_signals to arketic_app;
grant select on workflow_signals to arketic_ops;

create function signal_workflows(tenant uuid, event text, subject uuid, said jsonb) returns void
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
revoke execute on function signal_workflows(uuid, text, uuid, jsonb) from public;

create function signal_document() returns trigger
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
create trigger knowledge_documents_signal_new after insert on knowledge_documents
    for each row when (new.status in ('completed', 'failed')) execute function signal_document();
create trigger knowledge_documents_signal after update of status, version on knowledge_documents
    for each row when (
        new.status = 'failed' and old.status <> 'failed'
        or new.status = 'completed' and (old.status <> 'completed' or old.version <> new.version))
    execute function signal_document();

create function signal_message() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform signal_workflows(new.organization_id, 'message.posted', new.chat_id,
        jsonb_build_object('message_id', new.id, 'chat_id', new.chat_id, 'sender_id', new.sender_id,
            'content', left(new.content, 10000)));
    return null;
end $$;
create trigger chat_messages_signal after insert on chat_messages
    for each row when (new.message_type = 'user') execute function signal_message();

create function signal_member() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform signal_workflows(new.organization_id, 'member.joined', new.user_id,
        jsonb_build_object('user_id', new.user_id, 'role', new.role));
    return null;
end $$;
create trigger organization_members_signal_new after insert on organization_members
    for each row when (new.is_active) execute function signal_member();
create trigger organization_members_signal after update of is_active on organization_members
    for each row when (new.is_active and not old.is_active) execute function signal_member();

create function signal_generation() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform signal_workflows(new.organization_id, 'generation.activated', new.knowledge_base_id,
        jsonb_build_object('knowledge_base_id', new.knowledge_base_id, 'generation', new.generation));
    return null;
end $$;
create trigger index_generations_signal after update of state on index_generations
    for each row when (new.state = 'active' and old.state <> 'active') execute function signal_generation();
revoke execute on function signal_document(), signal_message(), signal_member(), signal_generation() from public;
