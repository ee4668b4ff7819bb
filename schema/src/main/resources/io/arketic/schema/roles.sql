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
