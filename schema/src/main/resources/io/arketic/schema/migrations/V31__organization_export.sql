-- What an organization owns, row by row, to take along: as far as row-level security shows it to who asks.

-- Secrets, and the texts of files, which are to be had as files.
create function unexported_columns() returns text[]
    language sql immutable parallel safe set search_path = pg_catalog, public, pg_temp as $$
    select array[
        'password_hash', 'two_factor_secret', 'token_hash', 'key_hash', 'code_hash', 'encrypted_key', 'request_hash',
        'answer', 'search_vector', 'extracted_text', 'page_starts', 'content_text']
$$;

do $$
declare
    was text := pg_get_functiondef('account_rows'::regproc);
    is_now text := regexp_replace(was, 'array\[\s*''password_hash''[^]]*\]', 'unexported_columns()');
begin
    if is_now = was then
        raise exception 'account_rows() is not what this migration knows';
    end if;
    execute is_now;
end $$;

-- Its tables, but for what follows from other rows or passes, and the audit log, which has an export of its own.
create function organization_tables() returns setof text
    language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select c.relname::text
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and has_table_privilege('arketic_app', c.oid, 'select')
      and c.relname <> all (array[
          'knowledge_chunks', 'document_generations', 'index_generations', 'chat_events', 'chat_presence',
          'outbox_events', 'audit_log'])
    order by 1
$$;

-- The current organization's rows of one of them in the order of their ids: so many after one of them. Rows without an id
-- come all at once.
create function organization_rows(source text, after uuid, batch integer) returns table (id uuid, content jsonb)
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

revoke execute on function unexported_columns(), organization_tables(), organization_rows(text, uuid, integer) from public;
grant execute on function
    unexported_columns(), organization_tables(), organization_rows(text, uuid, integer) to arketic_app, arketic_owner;
