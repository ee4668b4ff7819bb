create or replace function organization_tables() returns setof text
    language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select c.relname::text
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and has_any_column_privilege('arketic_app', c.oid, 'select')
      and c.relname <> all (array[
          'knowledge_chunks', 'document_generations', 'index_generations', 'chat_events', 'chat_presence',
          'outbox_events', 'embedding_cache', 'audit_log'])
    order by 1
$$;
drop function tenant_tables();
