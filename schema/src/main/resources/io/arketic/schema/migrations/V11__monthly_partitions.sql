-- Messages by month. Ids are UUIDv7 and grow with time, so that a range of ids is a range of time: the key stays the id
-- alone, and what refers to a message needs nothing more.

-- The lowest id of a moment.
create function uuid_v7_floor(moment timestamptz) returns uuid
    language sql stable parallel safe
    return (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;

-- Makes the partition of a month (UTC) unless it is there; tells whether it made it.
create function create_month(parent text, month date) returns boolean
    language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    name text := parent || to_char(month, '_YYYY_MM');
begin
    if to_regclass(format('public.%I', name)) is not null then
        return false;
    end if;
    execute format('create table public.%I partition of public.%I for values from (%L) to (%L)', name, parent,
        uuid_v7_floor(month::timestamp at time zone 'UTC'),
        uuid_v7_floor((month + interval '1 month')::timestamp at time zone 'UTC'));
    -- Others than the owner's functions reach its rows through the parent and its policies only. Without its policy
    -- the owner would see no rows here, and detaching would not notice what still refers to them.
    execute format('alter table public.%I enable row level security', name);
    execute format('alter table public.%I force row level security', name);
    execute format('create policy definer_all on public.%I to arketic_owner using (true)', name);
    return true;
end $$;
revoke execute on function create_month(text, date) from public;

-- Every month from that of the oldest id to a year ahead.
create function create_months(parent text, oldest uuid) returns integer
    language sql volatile set search_path = pg_catalog, public, pg_temp as $$
    select count(*) filter (where create_month(parent, month::date))::integer
    from generate_series(
        date_trunc('month', coalesce(least(now(), to_timestamp(
            ('x' || left(replace(oldest::text, '-', ''), 12))::bit(48)::bigint / 1000.0)), now()) at time zone 'UTC'),
        date_trunc('month', now() at time zone 'UTC') + interval '12 months', interval '1 month') month
$$;
revoke execute on function create_months(text, uuid) from public;

drop policy citation_rows on message_citations;
drop policy message_rows on chat_messages;
alter table message_citations drop constraint message_citations_organization_id_message_id_fkey;
alter table chat_participants drop constraint chat_participants_chat_id_last_read_message_id_fkey;
alter table chat_messages rename to chat_messages_whole;
alter table chat_messages_whole no force row level security;
alter table chat_messages_whole
    drop constraint chat_messages_chat_id_reply_to_id_fkey,
    drop constraint uq_message_chat,
    drop constraint uq_message_tenant,
    drop constraint chat_messages_pkey;
drop index idx_message_chat_created, idx_message_type, idx_message_status, idx_message_sender, idx_message_reply_to;

create table chat_messages (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    chat_id uuid not null,
    sender_id uuid references users on delete set null,
    reply_to_id uuid,
    message_type message_type not null default 'user',
    content text not null,
    file_url varchar(500),
    ai_model_used varchar(50),
    tokens_used integer,
    processing_time_ms integer,
    ai_confidence_score decimal(5, 4),
    status message_status not null default 'sent',
    is_edited boolean not null default false,
    is_deleted boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_message_chat unique (chat_id, id),
    constraint uq_message_tenant unique (organization_id, id),
    foreign key (organization_id, chat_id) references chats (organization_id, id) on delete cascade
) partition by range (id);
create index idx_message_chat_created on chat_messages (chat_id, created_at);
create index idx_message_type on chat_messages (message_type);
create index idx_message_status on chat_messages (status);
create index idx_message_sender on chat_messages (sender_id);
create index idx_message_reply_to on chat_messages (reply_to_id) where reply_to_id is not null;
do $$ begin
    perform create_months('chat_messages', (select min(id::text)::uuid from chat_messages_whole));
end $$;

insert into chat_messages select * from chat_messages_whole;
drop table chat_messages_whole;
alter table chat_messages add foreign key (chat_id, reply_to_id)
    references chat_messages (chat_id, id) on delete set null (reply_to_id);
alter table message_citations add foreign key (organization_id, message_id)
    references chat_messages (organization_id, id) on delete cascade;
alter table chat_participants add foreign key (chat_id, last_read_message_id)
    references chat_messages (chat_id, id) on delete set null (last_read_message_id);
create trigger chat_messages_touch before update on chat_messages
    for each row execute function touch_updated_at();

alter table chat_messages enable row level security;
alter table chat_messages force row level security;
create policy message_rows on chat_messages to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from chats c where c.id = chat_messages.chat_id));
create policy citation_rows on message_citations to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from chat_messages m where m.id = message_citations.message_id));
create policy definer_all on chats to arketic_owner using (true);
create policy definer_all on chat_messages to arketic_owner using (true);
create policy definer_all on chat_participants to arketic_owner using (true);
create policy definer_all on message_citations to arketic_owner using (true);
grant select, insert, update, delete on chat_messages to arketic_app;

-- A year ahead for every table by month; returns the names of what it made.
create function create_partitions() returns setof text
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '3s' as $$
declare
    parent text;
    month date;
begin
    for parent in select c.relname from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'p' order by 1 loop
        for ahead in 0..12 loop
            month := date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead);
            if create_month(parent, month) then
                return next parent || to_char(month, '_YYYY_MM');
            end if;
        end loop;
    end loop;
end $$;

-- The end (UTC) of the month that a partition is named for.
create function partition_end(name text) returns timestamptz
    language sql immutable parallel safe
    return (to_date(right(name, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC';

-- For how long the organization that keeps its data longest does so.
create function longest_retention() returns interval
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select make_interval(days => greatest(365, max(s.data_retention_days))) from organization_settings s
$$;

-- Frees the rest of the database from the messages of one partition: citations go to the archive with it, what
-- pointed to its messages forgets them, the counters follow.
create function release_messages(name text) returns void
    language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    lock table chat_messages in access exclusive mode;
    execute format('create temporary table leaving on commit drop as
        select id, chat_id, sender_id, reply_to_id, tokens_used, is_deleted from public.%I', name);
    execute format('create table arketic_archive.%I as
        select c.* from message_citations c join leaving l on l.id = c.message_id',
        replace(name, 'chat_messages', 'message_citations'));
    execute format('comment on table arketic_archive.%I is %L',
        replace(name, 'chat_messages', 'message_citations'), now());
    delete from message_citations c using leaving l where l.id = c.message_id;
    update chat_participants p set last_read_message_id = null from leaving l where l.id = p.last_read_message_id;
    -- Those of the partition itself get theirs back when it is detached.
    update chat_messages m set reply_to_id = null from leaving l where l.id = m.reply_to_id;
    update chat_participants p set message_count = p.message_count - l.messages
    from (
        select chat_id, sender_id, count(*) as messages from leaving where not is_deleted group by 1, 2) l
    where p.chat_id = l.chat_id and p.user_id = l.sender_id;
    update chats c
    set message_count = c.message_count - l.messages, total_tokens_used = c.total_tokens_used - l.tokens
    from (
        select chat_id, count(*) filter (where not is_deleted) as messages, coalesce(sum(tokens_used), 0) as tokens
        from leaving group by 1) l
    where c.id = l.chat_id;
end $$;

-- Detaches months that no organization keeps any longer; returns their names. They lie in arketic_archive then, with
-- the time as their comment.
create function detach_partitions() returns setof text
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '3s' as $$
declare
    parent text;
    name text;
    reference record;
begin
    if not pg_try_advisory_xact_lock(4127004127) then
        return;
    end if;
    for parent, name in
        select p.relname, c.relname
        from pg_inherits i
        join pg_class p on p.oid = i.inhparent and p.relkind = 'p' and p.relnamespace = 'public'::regnamespace
        join pg_class c on c.oid = i.inhrelid and c.relkind = 'r'
        where partition_end(c.relname) < now() - longest_retention()
        order by 2
    loop
        if parent = 'chat_messages' then
            perform release_messages(name);
        end if;
        execute format('alter table public.%I detach partition public.%I', parent, name);
        for reference in select conname from pg_constraint
            where conrelid = format('public.%I', name)::regclass and contype = 'f' and conparentid = 0 loop
            execute format('alter table public.%I drop constraint %I', name, reference.conname);
        end loop;
        if parent = 'chat_messages' then
            execute format('update public.%I m set reply_to_id = l.reply_to_id
                from leaving l where l.id = m.id and l.reply_to_id is not null', name);
            drop table leaving;
        end if;
        execute format('alter table public.%I set schema arketic_archive', name);
        execute format('comment on table arketic_archive.%I is %L', name, now());
        return next name;
    end loop;
end $$;

-- Drops archived months a month after they were detached; returns their names.
create function drop_archived_partitions() returns setof text
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '3s' as $$
declare
    name text;
begin
    for name in select c.relname from pg_class c
        where c.relnamespace = 'arketic_archive'::regnamespace and c.relkind = 'r'
          and obj_description(c.oid, 'pg_class')::timestamptz < now() - interval '1 month' loop
        execute format('drop table arketic_archive.%I', name);
        return next name;
    end loop;
end $$;

revoke execute on function
    create_partitions(), longest_retention(), release_messages(text), detach_partitions(), drop_archived_partitions()
    from public;
grant execute on function create_partitions(), detach_partitions(), drop_archived_partitions()
    to arketic_app, arketic_ops;
