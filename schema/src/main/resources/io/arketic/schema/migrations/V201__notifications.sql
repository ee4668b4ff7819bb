-- What a user is told: once for each occasion, in the commit in which it happens.

create table notifications (
    id uuid primary key default uuid_v7(),
    user_id uuid not null references users on delete cascade,
    -- Null for what concerns the account alone.
    organization_id uuid references organizations on delete cascade,
    kind varchar(40) not null,
    occasion varchar(120) not null,
    -- Ids and names, and no text of a message or document.
    content jsonb not null,
    created_at timestamptz not null default now(),
    read_at timestamptz,
    constraint uq_notification unique (user_id, kind, occasion)
);
create index idx_notification_user on notifications (user_id, id);
create index idx_notification_unread on notifications (user_id) where read_at is null;
create index idx_notification_org on notifications (organization_id);
create index idx_notification_created on notifications (created_at);
alter table notifications enable row level security;
alter table notifications force row level security;
-- A user that has left an organization is told no more of it.
create policy notification_rows on notifications to arketic_app
    using (
        user_id = (select current_user_id())
        and (
            organization_id is null
            or organization_id = coalesce((select current_organization_id()), organization_id) and exists (
                select from organization_members m
                where m.user_id = notifications.user_id and m.organization_id = notifications.organization_id
                  and m.is_active)));
create policy operator_read on notifications for select to arketic_ops using (true);
create policy definer_all on notifications to arketic_owner using (true);
-- Rows come from the triggers alone.
grant select, update (read_at) on notifications to arketic_app;

-- Tells a user, unless it switched notifications off: all of them, or in custom_settings those of this kind.
create or replace function notify_user(person uuid, tenant uuid, what text, occasion text, said jsonb) returns void
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
    if person is null or exists (
        select from user_preferences p
        where p.user_id = person
          and (not p.notifications_enabled or p.custom_settings #>> array['notifications', what] = 'off')) then
        return;
    end if;
    insert into notifications (user_id, organization_id, kind, occasion, content)
    values (person, tenant, what, notify_user.occasion, said)
    on conflict do nothing;
    if found then
        perform pg_notify('arketic_notification', person::text);
    end if;
end $$;

-- A reply tells the author of the message, and @username the participant of that name.
create or replace function notify_message() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    said jsonb := jsonb_build_object(
        'chat_id', new.chat_id, 'message_id', new.id, 'sender_id', new.sender_id);
    told record;
begin
    for told in
        select p.user_id, r.sender_id is not null as replied
        from chat_participants p
        join users u on u.id = p.user_id
        left join chat_messages r on r.id = new.reply_to_id and r.chat_id = new.chat_id and r.sender_id = p.user_id
        where p.chat_id = new.chat_id and p.is_active and not p.is_muted and p.user_id <> new.sender_id
          and (r.sender_id is not null
            or new.content ~* concat(
                '(^|[^[:alnum:]_@.-])@', replace(u.username, '.', '\.'),
                '($|[^[:alnum:]_.-]|[.-]($|[^[:alnum:]]))'))
          and (r.sender_id is not null or u.username is not null)
    loop
        perform notify_user(told.user_id, new.organization_id, case when told.replied then 'reply' else 'mention' end,
            new.id::text, said);
    end loop;
    return null;
end $$;
create trigger chat_messages_notify after insert on chat_messages
    for each row when (
        new.message_type = 'user' and new.sender_id is not null
        and (new.reply_to_id is not null or strpos(new.content, '@') > 0))
    execute function notify_message();

create or replace function notify_participant() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if new.user_id <> current_user_id() then
        perform notify_user(new.user_id, new.organization_id, 'chat_shared', new.chat_id::text,
            jsonb_build_object('chat_id', new.chat_id, 'sender_id', current_user_id()));
    end if;
    return null;
end $$;
create trigger chat_participants_notify after insert on chat_participants
    for each row when (new.is_active) execute function notify_participant();

-- The user that uploaded a document is told of each version that was read, or why it was not.
create or replace function notify_document() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform notify_user(new.uploaded_by_id, new.organization_id,
        case new.status when 'failed' then 'document_failed' else 'document_read' end,
        new.id || ':' || new.version || ':' || coalesce(new.object_etag, ''),
        jsonb_build_object('document_id', new.id, 'knowledge_base_id', new.knowledge_base_id, 'filename', new.filename,
            'reason', case when new.status = 'failed' then left(new.processing_error, 300) end));
    return null;
end $$;
create trigger knowledge_documents_notify after update of status, version on knowledge_documents
    for each row when (
        new.uploaded_by_id is not null
        and (
            new.status = 'failed' and old.status <> 'failed'
            or new.status = 'completed' and (old.status <> 'completed' or old.version <> new.version)))
    execute function notify_document();

create or replace function notify_generation() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform notify_user(b.owner_id, new.organization_id,
        case new.state when 'failed' then 'reindex_failed' else 'reindex_done' end,
        new.knowledge_base_id || ':' || new.generation,
        jsonb_build_object('knowledge_base_id', b.id, 'name', b.name, 'generation', new.generation))
    from knowledge_bases b
    where b.id = new.knowledge_base_id and new.generation > 1;
    return null;
end $$;
create trigger index_generations_notify after update of state on index_generations
    for each row when (new.state in ('ready', 'failed') and old.state = 'building')
    execute function notify_generation();

-- Owners and admins are told once a month that four fifths of the budget are spent.
create or replace function notify_budget() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform notify_user(m.user_id, new.organization_id, 'budget', new.organization_id || ':' || new.period_start,
        jsonb_build_object('spent', new.ai_cost, 'budget', s.ai_cost_budget_monthly))
    from organization_settings s
    join organization_members m on m.organization_id = s.organization_id and m.is_active and m.role in ('owner', 'admin')
    where s.organization_id = new.organization_id and s.ai_cost_budget_monthly > 0
      and new.ai_cost >= 0.8 * s.ai_cost_budget_monthly;
    return null;
end $$;
create trigger usage_periods_notify_new after insert on usage_periods
    for each row when (new.ai_cost > 0) execute function notify_budget();
create trigger usage_periods_notify after update of ai_cost on usage_periods
    for each row when (new.ai_cost > old.ai_cost) execute function notify_budget();

-- A login by a program or browser that the account has not used before, except its first one.
create or replace function notify_session() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from user_sessions s where s.user_id = new.user_id and s.id <> new.id) and not exists (
        select from user_sessions s
        where s.user_id = new.user_id and s.id <> new.id and s.user_agent is not distinct from new.user_agent) then
        perform notify_user(new.user_id, null, 'sign_in', new.id::text,
            jsonb_build_object('session_id', new.id, 'user_agent', new.user_agent));
    end if;
    return null;
end $$;
create trigger user_sessions_notify after insert on user_sessions
    for each row execute function notify_session();

-- An invitation tells the account of its address, which is no member yet.
create or replace function notify_invitation() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform notify_user(u.id, null, 'invited', new.id::text,
        jsonb_build_object('organization', o.name, 'role', new.role, 'sender_id', new.invited_by_id))
    from users u
    join organizations o on o.id = new.organization_id
    where lower(u.email) = lower(new.email) and u.is_active and u.is_verified;
    return null;
end $$;
create trigger organization_invitations_notify after insert on organization_invitations
    for each row execute function notify_invitation();
