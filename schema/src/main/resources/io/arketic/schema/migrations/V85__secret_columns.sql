-- What opens an account, a key or an invitation is no column that a request can read: before, a member's request could select
-- its colleagues' password hashes. A function compares it, or shows it to its owner alone. What waits in the outbox is the
-- maintenance's.

do $$
declare
    closed record;
    open_columns text;
begin
    for closed in
        select * from (values
            ('users', array['password_hash', 'two_factor_secret', 'last_totp_step']),
            ('api_keys', array['key_hash']),
            ('provider_keys', array['encrypted_key']),
            ('organization_invitations', array['token_hash'])) v(name, secrets)
    loop
        select string_agg(quote_ident(a.attname), ', ' order by a.attnum) into open_columns
        from pg_attribute a
        where a.attrelid = format('public.%I', closed.name)::regclass and a.attnum > 0 and not a.attisdropped
          and a.attname <> all (closed.secrets);
        execute format('revoke select on %I from arketic_app, arketic_ops', closed.name);
        execute format('grant select (%s) on %I to arketic_app', open_columns, closed.name);
        if closed.name = 'organization_invitations' then
            execute format('grant select (%s) on %I to arketic_ops', open_columns, closed.name);
        end if;
    end loop;
end $$;
revoke select on outbox_events from arketic_app;

-- An account by its whole address, without what opens it.
drop function account_by_email(text);
create function account_by_email(address text)
    returns table (id uuid, is_verified boolean, is_active boolean, status user_status)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.id, u.is_verified, u.is_active, u.status from users u where u.email = address
$$;

-- What logging in compares, of one account by its whole address, for nobody: who is known already is asked by own_secrets().
create function login_by_email(address text)
    returns table (
        id uuid, password_hash text, two_factor_enabled boolean, is_active boolean, status user_status,
        locked_until timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.id, u.password_hash::text, u.two_factor_enabled, u.is_active, u.status, u.locked_until
    from users u
    where u.email = address and current_user_id() is null and current_organization_id() is null
$$;

-- The current user's own.
create function own_secrets() returns table (password_hash text, two_factor_secret text, last_totp_step bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.password_hash::text, u.two_factor_secret, u.last_totp_step from users u where u.id = current_user_id()
$$;

-- As enter_api_key(), of a key that was shown before.
create function resume_api_key(key uuid)
    returns table (id uuid, organization_id uuid, scopes text[], user_id uuid, role user_role)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select e.* from api_keys k, enter_api_key(k.key_hash) e
    where k.id = key and k.organization_id = current_organization_id() and k.created_by_id = current_user_id()
$$;

-- The key that the current user's call to a provider is made with: its own, else the organization's.
create function provider_key(wanted text) returns table (id uuid, encrypted_key text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select p.id, p.encrypted_key from provider_keys p
    where p.provider = wanted
      and (p.user_id = current_user_id()
        or p.organization_id = current_organization_id() and exists (
            select from organization_members m
            where m.organization_id = p.organization_id and m.user_id = current_user_id() and m.is_active))
    order by p.user_id is null, p.name = 'default' desc, p.id desc limit 1
$$;

revoke execute on function
    account_by_email(text), login_by_email(text), own_secrets(), resume_api_key(uuid), provider_key(text) from public;
grant execute on function
    account_by_email(text), login_by_email(text), own_secrets(), resume_api_key(uuid), provider_key(text) to arketic_app;

-- An export names the columns that a request may read.
do $$
declare
    was text := pg_get_functiondef('organization_tables'::regproc);
    is_now text := replace(was, 'has_table_privilege(''arketic_app''', 'has_any_column_privilege(''arketic_app''');
begin
    if is_now = was then
        raise exception 'organization_tables() is not what this migration knows';
    end if;
    execute is_now;
end $$;
create or replace function organization_rows(source text, after uuid, batch integer) returns table (id uuid, content jsonb)
    language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
    counted boolean;
    shown text;
begin
    if not exists (select from organization_tables() t where t = source) then
        raise undefined_table using message = format('%s is no table of an organization', source);
    end if;
    select bool_or(a.attname = 'id'), string_agg(format('t.%I', a.attname), ', ' order by a.attnum)
    into counted, shown
    from pg_attribute a
    where a.attrelid = format('public.%I', source)::regclass and a.attnum > 0 and not a.attisdropped
      and a.attname <> all (unexported_columns()) and has_column_privilege(a.attrelid, a.attnum, 'select');
    return query execute format(
        'select %1$s, to_jsonb(r) from (
             select %4$s from public.%2$I t where t.organization_id = current_organization_id() and %3$s) r',
        case when counted then 'r.id' else 'null::uuid' end, source,
        case when counted then 't.id > $1 order by t.id limit $2' else '$1 = $1 and $2 > 0' end, shown)
        using coalesce(after, '00000000-0000-0000-0000-000000000000'), batch;
end $$;
