drop function settle_months(integer);
drop function free_from_months(integer);
drop function free_from_month(text, bigint);
create function longest_retention() returns interval
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select make_interval(days => greatest(365, max(s.data_retention_days))) from organization_settings s
$$;
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
    delete from message_citations c using leaving l where l.id = c.message_id; delete from chat_files f using leaving l where l.id = f.message_id; set constraints chat_files_count immediate; delete from message_feedback f using leaving l where l.id = f.message_id;
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
create or replace function detach_partitions() returns setof text
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
drop function months_to_leave();
create or replace function purge_retention(batch integer) returns table (kind text, removed bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return query with old as (
        select m.id
        from organizations o
        cross join lateral (
            select m.id from chat_messages m
            where m.organization_id = o.id and m.id < retention_floor(o.id)
            order by m.id limit batch) m
        limit batch
    ), gone as (
        delete from chat_messages m using old where m.id = old.id returning 1
    ) select 'chat_messages', count(*) from gone;
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
revoke execute on function longest_retention(), release_messages(text) from public;
do $$ begin
    execute replace(pg_get_functiondef('count_message'::regproc), '
    if tg_op = ''DELETE'' and exists (select from purging) then
        return null;
    end if;', '');
    execute replace(pg_get_functiondef('record_change'::regproc), '
    if tg_argv[0] in (''chat_messages'', ''message_citations'', ''message_feedback'', ''chat_files'', ''chat_participants'')
        and tg_op <> ''INSERT'' and exists (select from purging) then
        return null;
    end if;', '');
end $$;
drop table purging;
