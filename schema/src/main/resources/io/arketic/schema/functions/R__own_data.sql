-- Exports of an account and of an organization.

-- Returns the tables that name users, and by which columns. Invitations of others are not among them.
create or replace function account_columns() returns table (table_name text, user_columns text[])
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select 'users', array['id']
    union all
    select c.relname::text, array_agg(a.attname::text order by a.attname)
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid and c.relnamespace = 'public'::regnamespace and not c.relispartition
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
    where k.contype = 'f' and k.confrelid = 'users'::regclass and a.attname <> 'invited_by_id'
    group by c.relname
$$;

-- Returns the columns that no export contains: secrets, and texts that are exported as files.
create or replace function unexported_columns() returns text[]
    language sql immutable parallel safe set search_path = pg_catalog, public, pg_temp as $$
    select array[
        'password_hash', 'two_factor_secret', 'token_hash', 'key_hash', 'code_hash', 'encrypted_key', 'encrypted_link',
        'request_hash', 'answer', 'search_vector', 'extracted_text', 'page_starts', 'content_text']
$$;

-- Returns the current user's rows of a table after an id, in the order of ids, without unexported columns.
create or replace function account_rows(source text, after uuid, batch integer) returns setof jsonb
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    left_out constant text[] := unexported_columns();
    person uuid := current_user_id();
    mine text;
    shown text;
begin
    select string_agg(format('t.%I = $1', u), ' or ') into mine
    from account_columns() c, unnest(c.user_columns) u
    where c.table_name = source;
    if mine is null then
        raise undefined_table using message = format('%s names no users', source);
    end if;
    select string_agg(format('t.%I', a.attname), ', ' order by a.attnum) into shown
    from pg_attribute a
    where a.attrelid = format('public.%I', source)::regclass and a.attnum > 0 and not a.attisdropped
      and a.attname <> all (left_out);
    return query execute format(
        'select to_jsonb(r) from (
            select %s from public.%I t where (%s) and t.id > $2 order by t.id limit $3) r', shown, source, mine)
        using person, coalesce(after, '00000000-0000-0000-0000-000000000000'), batch;
end $$;

-- Returns the tables that the organization's export contains, as far as they exist.
create or replace function organization_tables() returns setof text
    language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select t.name from tenant_tables() t
    where t.exported and to_regclass('public.' || t.name) is not null
    order by 1
$$;

-- Returns the current organization's rows of a table after an id, in the order of ids. Rows without an id come all at
-- once.
create or replace function organization_rows(source text, after uuid, batch integer) returns table (
        id uuid, content jsonb)
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

revoke execute on function
    account_columns(), unexported_columns(), account_rows(text, uuid, integer), organization_tables(),
    organization_rows(text, uuid, integer) from public;
grant execute on function
    account_columns(), unexported_columns(), account_rows(text, uuid, integer), organization_tables(),
    organization_rows(text, uuid, integer) to arketic_app;
