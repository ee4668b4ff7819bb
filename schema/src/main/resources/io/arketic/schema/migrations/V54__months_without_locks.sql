-- What an organization no longer keeps goes in bulk, a month that no organization keeps goes whole, and a month is freed
-- from the rest of the database in batches, before it is detached: nobody waits for that.

-- What a transaction finds here it has put there itself: rows are gone before the commit. So triggers learn that what they
-- see is purged; nobody else can make them believe it.
create table purging (id boolean primary key);
alter table purging enable row level security;
alter table purging force row level security;
create policy definer_all on purging to arketic_owner using (true);
create policy no_rows on purging to arketic_app using (false);

do $$
declare
    was text := pg_get_functiondef('record_change'::regproc);
    is_now text := regexp_replace(was, '\mbegin\M', 'begin
    if tg_argv[0] in (''chat_messages'', ''message_citations'', ''message_feedback'', ''chat_files'', ''chat_participants'')
        and tg_op <> ''INSERT'' and exists (select from purging) then
        return null;
    end if;');
begin
    if was = is_now then
        raise exception 'record_change() is not what this migration knows';
    end if;
    execute is_now;
    was := pg_get_functiondef('count_message'::regproc);
    is_now := regexp_replace(was, '\mbegin\M', 'begin
    if tg_op = ''DELETE'' and exists (select from purging) then
        return null;
    end if;');
    if was = is_now then
        raise exception 'count_message() is not what this migration knows';
    end if;
    execute is_now;
end $$;

-- Deletes messages and audit rows that are older than their own organization keeps them, so many at most; returns how
-- many. Of messages the audit log has one row for each organization.
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

-- The months that go whole: a year old at least, and without a row of an organization that keeps it longer.
create function months_to_leave() returns table (parent text, name text)
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
    month record;
    kept boolean;
begin
    for month in
        select p.relname as parent, c.relname as name
        from pg_inherits i
        join pg_class p on p.oid = i.inhparent and p.relkind = 'p' and p.relnamespace = 'public'::regnamespace
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

-- Frees the rest of the database from the messages of a month, so many rows of each kind at most; returns how many it
-- were. Citations go to the archive; what quoted, read or answered one of the messages forgets it. Answers within the
-- month get theirs back in the archive (settle_months).
create function free_from_month(name text, batch bigint) returns bigint
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

-- As above, for the first month that is to leave; 0 when nothing is left to do. To be called before detach_partitions,
-- each call in a transaction of its own.
create function free_from_months(batch integer) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '3s' as $$
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

-- Detaches months that no organization keeps any longer; returns their names. They lie in arketic_archive then, with
-- the time as their comment. What came to a month since it was freed is little.
create or replace function detach_partitions() returns setof text
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '3s' as $$
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

-- Settles what a detached month of messages still changes: its answers get back what they answered, and the counters of
-- chats follow, so many at most; returns how many, 0 when all is settled. Each call in a transaction of its own.
create function settle_months(batch integer) returns bigint
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

drop function release_messages(text);
drop function longest_retention();
revoke execute on function
    months_to_leave(), free_from_month(text, bigint), free_from_months(integer), settle_months(integer) from public;
-- For those who may detach.
do $$
declare
    role record;
begin
    for role in
        select distinct a.grantee::regrole as name from pg_proc p cross join lateral aclexplode(p.proacl) a
        where p.oid = 'detach_partitions()'::regprocedure and a.grantee <> p.proowner and a.grantee <> 0 loop
        execute format('grant execute on function free_from_months(integer), settle_months(integer) to %s', role.name);
    end loop;
end $$;
