-- What happens in a chat, numbered in the order of its commits, for readers who come back and miss nothing.

create type chat_event_kind as enum (
    'message', 'message_edited', 'message_deleted', 'read', 'participant', 'participant_left', 'chat');

-- The row says what it is about and no more: a reader reads that under its own rights. No foreign key to messages and
-- participants, which may go before their events do.
create table chat_events (
    organization_id uuid not null default current_organization_id(),
    chat_id uuid not null,
    -- Given under the lock of the chat's row, so that nobody sees a number before a lower one.
    number bigint not null,
    kind chat_event_kind not null,
    -- A message, or a participant; null for the chat itself.
    subject_id uuid,
    occurred_at timestamptz not null default clock_timestamp(),
    primary key (chat_id, number),
    foreign key (organization_id, chat_id) references chats (organization_id, id) on delete cascade
);
create index idx_chat_event_occurred on chat_events (occurred_at);
alter table chat_events enable row level security;
alter table chat_events force row level security;
create policy chat_event_rows on chat_events to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from chats c where c.id = chat_events.chat_id));
create policy definer_all on chat_events to arketic_owner using (true);
-- Rows come from the triggers alone.
grant select on chat_events to arketic_app;

-- Who looks at a chat now, through which process of the API; a process that has died no longer renews its rows.
create unlogged table chat_presence (
    organization_id uuid not null default current_organization_id(),
    chat_id uuid not null,
    user_id uuid not null,
    process_id uuid not null,
    present_until timestamptz not null,
    primary key (chat_id, user_id, process_id),
    foreign key (organization_id, chat_id) references chats (organization_id, id) on delete cascade
);
create index idx_presence_process on chat_presence (process_id);
create index idx_presence_until on chat_presence (present_until);
alter table chat_presence enable row level security;
alter table chat_presence force row level security;
create policy presence_rows on chat_presence to arketic_app
    using (organization_id = (select current_organization_id()));
create policy definer_all on chat_presence to arketic_owner using (true);
grant select, insert, update, delete on chat_presence to arketic_app;

create function log_chat_event(tenant uuid, chat uuid, what chat_event_kind, subject uuid) returns void
    language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    perform from chats c where c.id = chat for no key update;
    if found then
        insert into chat_events (organization_id, chat_id, number, kind, subject_id)
        select tenant, chat, coalesce(max(e.number), 0) + 1, what, subject from chat_events e where e.chat_id = chat;
        perform pg_notify('arketic_chat', chat::text);
    end if;
end $$;
revoke execute on function log_chat_event(uuid, uuid, chat_event_kind, uuid) from public;

create function log_message() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        perform log_chat_event(new.organization_id, new.chat_id, 'message', new.id);
    elsif new.is_deleted and not old.is_deleted then
        perform log_chat_event(new.organization_id, new.chat_id, 'message_deleted', new.id);
    elsif (new.content, new.status) is distinct from (old.content, old.status) then
        perform log_chat_event(new.organization_id, new.chat_id, 'message_edited', new.id);
    end if;
    return null;
end $$;
create trigger chat_messages_events after insert or update of content, status, is_deleted on chat_messages
    for each row execute function log_message();

create function log_participant() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        perform log_chat_event(new.organization_id, new.chat_id, 'participant', new.id);
    elsif old.is_active and not new.is_active then
        perform log_chat_event(new.organization_id, new.chat_id, 'participant_left', new.id);
    elsif (new.is_active, new.role, new.can_send_messages, new.can_upload_files)
        is distinct from (old.is_active, old.role, old.can_send_messages, old.can_upload_files) then
        perform log_chat_event(new.organization_id, new.chat_id, 'participant', new.id);
    elsif new.last_read_message_id > coalesce(old.last_read_message_id, '00000000-0000-0000-0000-000000000000') then
        perform log_chat_event(new.organization_id, new.chat_id, 'read', new.id);
    end if;
    return null;
end $$;
create trigger chat_participants_events
    after insert or update of is_active, role, can_send_messages, can_upload_files, last_read_message_id
    on chat_participants
    for each row execute function log_participant();

create function log_chat() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        perform pg_notify('arketic_chat', old.id::text);
    elsif new.updated_at <> old.updated_at then
        perform log_chat_event(new.organization_id, new.id, 'chat', null);
    end if;
    return null;
end $$;
create trigger chats_events after delete or update of title, ai_model, system_prompt, temperature, enable_ai_responses,
    is_archived on chats
    for each row execute function log_chat();

-- Somebody's rights have become less: who serves that user looks again.
create function announce_access() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform pg_notify('arketic_access', coalesce(to_jsonb(old) ->> 'user_id', to_jsonb(old) ->> 'id'));
    return null;
end $$;
create trigger organization_members_access after delete or update of is_active, role on organization_members
    for each row execute function announce_access();
create trigger users_access after update of is_active, status on users
    for each row execute function announce_access();

-- The first row of somebody in a chat, and the last.
create function announce_presence() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    chat uuid := case tg_op when 'INSERT' then new.chat_id else old.chat_id end;
    person uuid := case tg_op when 'INSERT' then new.user_id else old.user_id end;
    process uuid := case tg_op when 'INSERT' then new.process_id else old.process_id end;
begin
    if not exists (
        select from chat_presence p
        where p.chat_id = chat and p.user_id = person and p.process_id <> process and p.present_until > now()) then
        perform pg_notify(
            'arketic_chat_moment',
            concat_ws(' ', case tg_op when 'INSERT' then 'present' else 'absent' end, chat, person));
    end if;
    return null;
end $$;
create trigger chat_presence_announced after insert or delete on chat_presence
    for each row execute function announce_presence();

-- A process that lives keeps its rows for another minute; what others left behind is removed.
create function renew_chat_presence(process uuid) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update chat_presence set present_until = now() + interval '1 minute' where process_id = process;
    delete from chat_presence where present_until < now() and process_id <> process;
$$;
create function leave_chat_presence(process uuid, chat uuid, person uuid) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    delete from chat_presence where process_id = process and chat_id = chat and user_id = person
$$;
revoke execute on function renew_chat_presence(uuid), leave_chat_presence(uuid, uuid, uuid) from public;
grant execute on function renew_chat_presence(uuid), leave_chat_presence(uuid, uuid, uuid) to arketic_app;

-- Deletes events older than a week, but the last one of each chat: from there its numbers go on. So many at most;
-- returns how many.
create function purge_chat_events(batch integer) returns table (kind text, removed bigint)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with old as (
        select e.chat_id, e.number from chat_events e
        where e.occurred_at < now() - interval '7 days'
          and e.number < (select max(n.number) from chat_events n where n.chat_id = e.chat_id)
        order by e.occurred_at
        limit batch
    ), gone as (
        delete from chat_events e using old where e.chat_id = old.chat_id and e.number = old.number returning 1
    ) select 'chat_events', count(*) from gone
$$;
revoke execute on function purge_chat_events(integer) from public;
grant execute on function purge_chat_events(integer) to arketic_app, arketic_ops;
