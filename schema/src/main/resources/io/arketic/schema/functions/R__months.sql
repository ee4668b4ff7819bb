-- Monthly partitions of messages and of the audit log.

-- Creates the partition of a month (UTC); tells whether it was missing.
create or replace function create_month(parent text, month date) returns boolean
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
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

-- Creates the partitions from the month of an id to a year ahead.
create or replace function create_months(parent text, oldest uuid) returns integer
    language sql volatile set search_path = pg_catalog, public, pg_temp as $$
    select count(*) filter (where create_month(parent, month::date))::integer
    from generate_series(
        date_trunc('month', coalesce(least(now(), to_timestamp(
            ('x' || left(replace(oldest::text, '-', ''), 12))::bit(48)::bigint / 1000.0)), now()) at time zone 'UTC'),
        date_trunc('month', now() at time zone 'UTC') + interval '12 months', interval '1 month') month
$$;

-- Creates a year of partitions for each table by month; returns their names.
create or replace function create_partitions() returns setof text
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
    set lock_timeout = '3s' as $$
declare
    parent text;
    month date;
begin
    for parent in select c.relname from pg_class c
        join pg_partitioned_table t on t.partrelid = c.oid and t.partstrat = 'r'
        where c.relnamespace = 'public'::regnamespace order by 1 loop
        for ahead in 0..12 loop
            month := date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead);
            if create_month(parent, month) then
                return next parent || to_char(month, '_YYYY_MM');
            end if;
        end loop;
    end loop;
end $$;

-- Returns the end (UTC) of the month in a partition's name.
create or replace function partition_end(name text) returns timestamptz
    language sql immutable parallel safe
    return (to_date(right(name, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC';

-- Returns the months that can go: a year old, and without a row that its organization keeps longer.
create or replace function months_to_leave() returns table (parent text, name text)
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
    month record;
    kept boolean;
begin
    for month in
        select p.relname as parent, c.relname as name
        from pg_inherits i
        join pg_class p on p.oid = i.inhparent and p.relnamespace = 'public'::regnamespace
        join pg_partitioned_table t on t.partrelid = p.oid and t.partstrat = 'r'
        join pg_class c on c.oid = i.inhrelid and c.relkind = 'r'
        where partition_end(c.relname) < now() - interval '365 days'
        order by 2
    loop
        execute format('select exists (
            select from organizations o
            join organization_settings s on s.organization_id = o.id
            where partition_end(%L) >= now() - make_interval(days => s.data_retention_days)
              and exists (select from public.%I m where m.organization_id = o.id))', month.name, month.name) into kept;
        if not kept then
            parent := month.parent;
            name := month.name;
            return next;
        end if;
    end loop;
end $$;

-- Frees other tables from a batch of a month's messages: citations go to the archive, replies and read marks forget
-- them. Returns the number of rows.
create or replace function free_from_month(name text, batch bigint) returns bigint
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
    month timestamptz := to_date(right(name, 7), 'YYYY_MM')::timestamp at time zone 'UTC';
    lowest uuid := uuid_v7_floor(month);
    beyond uuid := uuid_v7_floor(partition_end(name));
    citations text := replace(name, 'chat_messages', 'message_citations');
    replies text := replace(name, 'chat_messages', 'message_replies');
    rows bigint;
    total bigint := 0;
begin
    execute format('create table if not exists arketic_archive.%I (like message_citations)', citations);
    execute format('comment on table arketic_archive.%I is %L', citations, now());
    execute format('create table if not exists arketic_archive.%I (id uuid primary key, reply_to_id uuid)', replies);
    execute format('comment on table arketic_archive.%I is %L', replies, now());
    insert into purging values (true);
    execute format('with gone as (
            delete from message_citations where id in (
                select id from message_citations where message_id >= %1$L and message_id < %2$L limit %3$s)
            returning *)
        insert into arketic_archive.%4$I select * from gone', lowest, beyond, batch, citations);
    get diagnostics rows = row_count;
    total := total + rows;
    delete from message_feedback where id in (
        select f.id from message_feedback f where f.message_id >= lowest and f.message_id < beyond limit batch);
    get diagnostics rows = row_count;
    total := total + rows;
    delete from chat_files where id in (
        select f.id from chat_files f where f.message_id >= lowest and f.message_id < beyond limit batch);
    get diagnostics rows = row_count;
    total := total + rows;
    set constraints chat_files_count immediate;
    update chat_participants set last_read_message_id = null where id in (
        select p.id from chat_participants p
        where p.last_read_message_id >= lowest and p.last_read_message_id < beyond limit batch);
    get diagnostics rows = row_count;
    total := total + rows;
    update chat_messages set reply_to_id = null where id in (
        select m.id from chat_messages m
        where m.reply_to_id >= lowest and m.reply_to_id < beyond and not (m.id >= lowest and m.id < beyond) limit batch);
    get diagnostics rows = row_count;
    total := total + rows;
    execute format('with inside as (
            select id, reply_to_id from public.%1$I where reply_to_id is not null limit %2$s
        ), kept as (
            insert into arketic_archive.%3$I select * from inside on conflict do nothing
        )
        update public.%1$I m set reply_to_id = null from inside i where i.id = m.id', name, batch, replies);
    get diagnostics rows = row_count;
    delete from purging;
    return total + rows;
end $$;

-- Frees from the first month that can go; 0 when no work is left. Call it before detach_partitions, each time in an
-- own transaction.
create or replace function free_from_months(batch integer) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
    set lock_timeout = '3s' as $$
declare
    month record;
    rows bigint;
begin
    if not pg_try_advisory_xact_lock(4127004127) then
        return 0;
    end if;
    for month in select m.name from months_to_leave() m where m.parent = 'chat_messages' loop
        rows := free_from_month(month.name, batch);
        if rows > 0 then
            return rows;
        end if;
    end loop;
    return 0;
end $$;

-- Detaches months that no organization keeps; returns their names. They stay in arketic_archive, with the time as
-- comment.
create or replace function detach_partitions() returns setof text
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
    set lock_timeout = '3s' as $$
declare
    month record;
    reference record;
begin
    if not pg_try_advisory_xact_lock(4127004127) then
        return;
    end if;
    for month in select m.parent, m.name from months_to_leave() m loop
        if month.parent = 'chat_messages' then
            lock table chat_messages in access exclusive mode;
            perform free_from_month(month.name, 9223372036854775807);
        end if;
        execute format('alter table public.%I detach partition public.%I', month.parent, month.name);
        for reference in select conname from pg_constraint
            where conrelid = format('public.%I', month.name)::regclass and contype = 'f' and conparentid = 0 loop
            execute format('alter table public.%I drop constraint %I', month.name, reference.conname);
        end loop;
        execute format('alter table public.%I set schema arketic_archive', month.name);
        execute format('comment on table arketic_archive.%I is %L', month.name, now());
        return next month.name;
        -- One at a time keeps the lock short.
        return;
    end loop;
end $$;

-- Restores a batch of replies inside a detached month and corrects counters; 0 when no work is left. Call it each
-- time in an own transaction.
create or replace function settle_months(batch integer) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    month record;
    part record;
    counts text;
    replies text;
    rows bigint := 0;
begin
    if not pg_try_advisory_xact_lock(4127004127) then
        return 0;
    end if;
    for month in select c.relname as name from pg_class c
        where c.relnamespace = 'arketic_archive'::regnamespace and c.relkind = 'r' and c.relname ~ '^chat_messages_'
        order by 1 loop
        counts := replace(month.name, 'chat_messages', 'message_counts');
        replies := replace(month.name, 'chat_messages', 'message_replies');
        if to_regclass(format('arketic_archive.%I', replies)) is not null then
            execute format('create table arketic_archive.%I as
                select chat_id, sender_id, count(*) filter (where not is_deleted) as messages,
                    coalesce(sum(tokens_used), 0) as tokens
                from arketic_archive.%I group by 1, 2', counts, month.name);
            execute format('comment on table arketic_archive.%I is %L', counts, now());
            execute format('update arketic_archive.%I m set reply_to_id = r.reply_to_id
                from arketic_archive.%I r where r.id = m.id', month.name, replies);
            execute format('drop table arketic_archive.%I', replies);
            return 1;
        end if;
        if to_regclass(format('arketic_archive.%I', counts)) is not null then
            for part in execute format('with taken as (
                    delete from arketic_archive.%1$I where ctid = any (array(
                        select ctid from arketic_archive.%1$I limit %2$s))
                    returning *)
                select * from taken order by chat_id, sender_id', counts, batch) loop
                update chats c
                set message_count = c.message_count - part.messages, total_tokens_used = c.total_tokens_used - part.tokens
                where c.id = part.chat_id;
                update chat_participants p set message_count = p.message_count - part.messages
                where p.chat_id = part.chat_id and p.user_id = part.sender_id;
                rows := rows + 1;
            end loop;
            if rows > 0 then
                return rows;
            end if;
        end if;
    end loop;
    return 0;
end $$;

-- Drops archived months a month after they were detached; returns their names.
create or replace function drop_archived_partitions() returns setof text
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
    set lock_timeout = '3s' as $$
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
    create_month(text, date), create_months(text, uuid), create_partitions(), months_to_leave(),
    free_from_month(text, bigint), free_from_months(integer), detach_partitions(), settle_months(integer),
    drop_archived_partitions() from public;
grant execute on function
    create_partitions(), free_from_months(integer), detach_partitions(), settle_months(integer),
    drop_archived_partitions() to arketic_maintenance, arketic_ops;
