grant select on outbox_events to arketic_app;
do $$
declare
    name text;
begin
    foreach name in array array['users', 'api_keys', 'provider_keys', 'organization_invitations'] loop
        -- Also takes the columns' grants away.
        execute format('revoke select on %I from arketic_app', name);
        execute format('grant select on %I to arketic_app', name);
    end loop;
end $$;
revoke select on organization_invitations from arketic_ops;
grant select on organization_invitations to arketic_ops;

drop function login_by_email(text), own_secrets(), resume_api_key(uuid), provider_key(text), account_by_email(text);
create function account_by_email(address text) returns setof users
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.* from users u where u.email = address
$$;
revoke execute on function account_by_email(text) from public;
grant execute on function account_by_email(text) to arketic_app;

do $$
begin
    execute replace(
        pg_get_functiondef('organization_tables'::regproc),
        'has_any_column_privilege(''arketic_app''', 'has_table_privilege(''arketic_app''');
end $$;
create or replace function organization_rows(source text, after uuid, batch integer) returns table (id uuid, content jsonb)
    language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
    counted boolean;
begin
    if not exists (select from organization_tables() t where t = source) then
        raise undefined_table using message = format('%s is no table of an organization', source);
    end if;
    select exists (
        select from pg_attribute a
        where a.attrelid = format('public.%I', source)::regclass and a.attname = 'id' and not a.attisdropped)
    into counted;
    return query execute format(
        'select %1$s, to_jsonb(t) - unexported_columns() from public.%2$I t
         where t.organization_id = current_organization_id() and %3$s',
        case when counted then 't.id' else 'null::uuid' end, source,
        case when counted then 't.id > $1 order by t.id limit $2' else '$1 = $1 and $2 > 0' end)
        using coalesce(after, '00000000-0000-0000-0000-000000000000'), batch;
end $$;
