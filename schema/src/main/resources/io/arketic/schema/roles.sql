-- Roles belong to the whole server, where several of our databases may live: each is made where it is missing.
-- Run as the login that migrates, before the migrations.
--   arketic_owner        owns everything, no login
--   arketic_app          requests of the API
--   arketic_ingest       the jobs that read files and fill generations
--   arketic_maintenance  the API's work in the background: outbox, removals, retention, totals
--   arketic_ops          operators; reads, no login
do $$
declare
    name text;
begin
    foreach name in array array[
        'arketic_owner', 'arketic_app', 'arketic_ingest', 'arketic_maintenance', 'arketic_ops'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = name) then
            execute format(
                'create role %I nosuperuser nocreatedb nocreaterole nobypassrls noreplication nologin', name);
        end if;
    end loop;
    -- Temporary tables come last, so that none stands before a table of ours.
    foreach name in array array['arketic_app', 'arketic_ingest', 'arketic_maintenance'] loop
        if not exists (
            select from pg_catalog.pg_roles
            where rolname = name and 'search_path=public, pg_temp' = any (rolconfig)) then
            execute format('alter role %I set search_path = public, pg_temp', name);
        end if;
    end loop;

    -- A table of its own making would be a place for triggers and for what outlives a transaction.
    execute format('revoke all on database %I from public', current_database());
    execute format(
        'grant connect on database %I to arketic_owner, arketic_app, arketic_ingest, arketic_maintenance, arketic_ops',
        current_database());
    execute format('grant temporary on database %I to arketic_owner, arketic_ingest', current_database());
end $$;

revoke all on schema public from public;
grant usage, create on schema public to arketic_owner;
grant usage on schema public to arketic_app, arketic_ingest, arketic_maintenance, arketic_ops;
-- Where months that nobody keeps any longer lie until they are dropped.
create schema if not exists arketic_archive authorization arketic_owner;
create extension if not exists vector with schema public;

-- Large objects know no tenant: what one writes, each may read.
do $$
declare
    large_object regprocedure;
begin
    for large_object in
        select p.oid from pg_catalog.pg_proc p
        where p.pronamespace = 'pg_catalog'::regnamespace
          and (p.proname like 'lo\_%' or p.proname in ('loread', 'lowrite'))
          and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0)) loop
        execute format('revoke execute on function %s from public', large_object);
    end loop;
end $$;

-- Whoever holds the database up is sent away, by the server: each of these ends before the client's own time-out (300 s,
-- TenantDatabase). Each role has its part of the server's connections, so that none leaves none to the others.
do $$
declare
    budget record;
    setting record;
    places integer := current_setting('max_connections')::integer
        - current_setting('superuser_reserved_connections')::integer;
begin
    for budget in
        select * from (values
            ('arketic_app', 53, '120s', '30s', '240s'),
            -- A stopped TaskManager keeps an object's lock for so long.
            ('arketic_ingest', 25, '240s', '60s', '15s'),
            ('arketic_maintenance', 22, '240s', '30s', '240s')) v(role, percent, statement, lock, idle)
    loop
        for setting in
            select * from (values
                ('statement_timeout', budget.statement),
                ('lock_timeout', budget.lock),
                ('idle_in_transaction_session_timeout', budget.idle),
                -- A query that nobody waits for any more ends.
                ('client_connection_check_interval', '5s')) v(name, value)
        loop
            execute format('alter role %I set %I = %L', budget.role, setting.name, setting.value);
        end loop;
        execute format('alter role %I connection limit %s', budget.role,
            greatest(5, places * budget.percent / 100));
    end loop;
end $$;

-- What statements cost, where the server counts it (shared_preload_libraries).
do $$ begin
    if exists (select from pg_catalog.pg_available_extensions e where e.name = 'pg_stat_statements') then
        create schema if not exists arketic_statistics;
        create extension if not exists pg_stat_statements with schema arketic_statistics;
        grant usage on schema arketic_statistics to arketic_ops;
    end if;
end $$;
