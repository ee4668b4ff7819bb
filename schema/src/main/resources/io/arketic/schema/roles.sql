-- Roles belong to the whole server, where several of our databases may live: each is made where it is missing.
-- Run as the login that migrates, before the migrations.
do $$
declare
    name text;
begin
    foreach name in array array['arketic_owner', 'arketic_app', 'arketic_ops'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = name) then
            execute format(
                'create role %I nosuperuser nocreatedb nocreaterole nobypassrls noreplication nologin', name);
        end if;
    end loop;
end $$;

grant usage, create on schema public to arketic_owner;
grant usage on schema public to arketic_app, arketic_ops;
-- Where months that nobody keeps any longer lie until they are dropped.
create schema if not exists arketic_archive authorization arketic_owner;
create extension if not exists vector with schema public;

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
            ('arketic_app', 60, '120s', '30s'),
            ('arketic_ingest', 25, '240s', '60s'),
            ('arketic_maintenance', 10, '240s', '30s')) v(role, percent, statement, lock)
        where exists (select from pg_catalog.pg_roles r where r.rolname = v.role)
    loop
        for setting in
            select * from (values
                ('statement_timeout', budget.statement),
                ('lock_timeout', budget.lock),
                ('idle_in_transaction_session_timeout', '240s'),
                -- A query that nobody waits for any more ends.
                ('client_connection_check_interval', '5s')) v(name, value)
        loop
            execute format('alter role %I set %I = %L', budget.role, setting.name, setting.value);
        end loop;
        execute format('alter role %I connection limit %s', budget.role,
            case when exists (select from pg_catalog.pg_roles r where r.rolname = 'arketic_ingest')
                then greatest(5, places * budget.percent / 100) else places * 95 / 100 end);
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
