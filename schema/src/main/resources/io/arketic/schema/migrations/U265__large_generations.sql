drop trigger knowledge_chunks_update_2 on knowledge_chunks;
drop trigger knowledge_chunks_update_1 on knowledge_chunks;
drop trigger knowledge_chunks_unindexed on knowledge_chunks;
drop trigger knowledge_chunks_indexed on knowledge_chunks;
drop function index_new_chunks();
drop function unindex_old_chunks();
drop function open_index_part(uuid, integer);
drop function fill_index_part(integer, integer);
drop function count_index_words(integer);
drop function close_index_part(integer);
drop function drop_index_part(integer);
drop function index_part_work(integer);
drop function indexed_vector(vector, integer);
drop policy definer_lock on knowledge_chunks;
drop table indexed_words;
drop table indexed_chunks;
drop table index_parts;
drop sequence index_part_numbers;

create or replace function create_partitions() returns setof text
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
    set lock_timeout = '3s' as $$
declare
    parent text;
    month date;
begin
    for parent in select c.relname from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'p' order by 1 loop
        for ahead in 0..12 loop
            month := date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead);
            if create_month(parent, month) then
                return next parent || to_char(month, '_YYYY_MM');
            end if;
        end loop;
    end loop;
end $$;

create or replace function months_to_leave() returns table (parent text, name text)
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

create or replace function tenant_tables() returns table (name text, audited boolean, exported boolean)
    language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    values
        ('api_keys', true, true),
        ('audit_log', false, false),
        ('chat_events', false, false),
        ('chat_files', true, true),
        ('chat_knowledge_bases', true, true),
        ('chat_messages', true, true),
        ('chat_participants', true, true),
        ('chat_presence', false, false),
        ('chats', true, true),
        ('document_blobs', false, true),
        ('document_generations', false, false),
        ('document_link_versions', false, true),
        ('document_links', false, true),
        ('document_public_links', true, true),
        ('document_shares', true, true),
        ('document_sources', true, true),
        ('documents', true, true),
        ('embedding_cache', false, false),
        ('group_members', true, true),
        ('imported_documents', false, true),
        ('index_generations', false, false),
        ('ingest_ledger', false, true),
        ('knowledge_bases', true, true),
        ('knowledge_chunks', false, false),
        ('knowledge_documents', true, true),
        ('knowledge_imports', true, true),
        ('member_groups', true, true),
        ('message_citations', true, true),
        ('message_feedback', true, true),
        ('notifications', false, false),
        ('open_questions', false, true),
        ('organization_invitations', true, true),
        ('organization_members', true, true),
        ('organization_settings', true, true),
        ('outbox_events', false, false),
        ('provider_keys', true, true),
        ('usage_periods', false, true),
        ('workflow_decisions', true, true),
        ('workflow_deliveries', false, true),
        ('workflow_events', false, true),
        ('workflow_executions', true, true),
        ('workflow_hooks', true, true),
        ('workflow_letters', false, true),
        ('workflow_secrets', true, true),
        ('workflow_signals', false, true),
        ('workflow_step_runs', false, true),
        ('workflow_steps', true, true),
        ('workflow_usage', false, true),
        ('workflow_versions', true, true),
        ('workflows', true, true)
$$;
