-- Uploads that are not complete end, and their bytes go.
delete from document_uploads;
create or replace function counter_drift() returns table (
        table_name text, row_id uuid, counter text, stored numeric, counted numeric)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with counts (table_name, row_id, counter, stored, counted) as (
        select 'organizations', o.id, 'current_members', o.current_members::numeric, (
            select count(*) from organization_members m where m.organization_id = o.id and m.is_active)::numeric
        from organizations o
        union all
        select 'organizations', o.id, 'current_storage_bytes', o.current_storage_bytes, (
            select coalesce(sum(d.file_size), 0) from knowledge_documents d
            where d.organization_id = o.id and d.status not in ('deleted', 'failed')) + (
            select coalesce(sum(d.file_size), 0) from documents d
            where d.organization_id = o.id and d.status not in ('deleted', 'failed')) + (
            select coalesce(sum(f.file_size), 0) from chat_files f where f.organization_id = o.id)
        from organizations o
        union all
        select 'organizations', o.id, 'current_storage_mb', o.current_storage_mb, o.current_storage_bytes / 1048576
        from organizations o
        union all
        select 'organizations', o.id, 'ai_requests_this_month', o.ai_requests_this_month, coalesce((
            select u.ai_requests from usage_periods u
            where u.organization_id = o.id and u.period_start = o.usage_month), 0)
        from organizations o
        union all
        select 'knowledge_bases', b.id, c.counter, c.stored, c.counted
        from knowledge_bases b
        cross join lateral (
            select count(*) as documents, coalesce(sum(d.chunk_count), 0) as chunks,
                coalesce(sum(d.file_size), 0) as bytes
            from knowledge_documents d where d.knowledge_base_id = b.id and d.status <> 'deleted') d
        cross join lateral (values
            ('document_count', b.document_count::numeric, d.documents::numeric),
            ('total_chunks', b.total_chunks, d.chunks),
            ('total_size_bytes', b.total_size_bytes, d.bytes)) c(counter, stored, counted)
        union all
        select 'knowledge_documents', d.id, 'chunk_count', d.chunk_count, (
            select count(*) from knowledge_chunks k
            where k.document_id = d.id and k.generation = d.indexed_generation)
        from knowledge_documents d
        where d.status = 'completed'
        union all
        select 'document_blobs', b.id, 'reference_count', b.reference_count::numeric, (
                select count(*) from documents d where d.blob_id = b.id)::numeric
            from document_blobs b
            union all
            select 'chats', c.id, v.counter, v.stored, v.counted
        from chats c
        cross join lateral (
            select count(*) filter (where not m.is_deleted) as messages, coalesce(sum(m.tokens_used), 0) as tokens
            from chat_messages m where m.chat_id = c.id) m
        cross join lateral (values
            ('message_count', c.message_count::numeric, m.messages::numeric),
            ('total_tokens_used', c.total_tokens_used, m.tokens)) v(counter, stored, counted)
        union all
        select 'chat_participants', p.id, 'message_count', p.message_count, (
            select count(*) from chat_messages m
            where m.chat_id = p.chat_id and m.sender_id = p.user_id and not m.is_deleted)
        from chat_participants p
        union all
        select 'workflows', w.id, v.counter, v.stored, v.counted
        from workflows w
        cross join lateral (
            select count(*) as runs, count(*) filter (where e.status = 'completed') as completed,
                count(*) filter (where e.status in ('failed', 'timed_out')) as failed,
                (avg(coalesce(e.duration_seconds, 0)) filter (where e.status = 'completed'))::decimal(10, 2) as average
            from workflow_executions e where e.workflow_id = w.id) e
        cross join lateral (values
            ('execution_count', w.execution_count::numeric, e.runs::numeric),
            ('success_count', w.success_count, e.completed),
            ('failure_count', w.failure_count, e.failed),
            ('avg_execution_time', w.avg_execution_time, e.average)) v(counter, stored, counted)
    )
    select * from counts c where c.stored is distinct from c.counted
$$;
create or replace function tenant_tables() returns table (name text, audited boolean, exported boolean)
    language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    values
        ('ai_charges', false, false),
        ('api_keys', true, true),
        ('audit_log', false, false),
        ('chat_events', false, false),
        ('chat_files', true, true),
        ('chat_knowledge_bases', true, true),
        ('chat_messages', true, true),
        ('chat_participants', true, true),
        ('chat_presence', false, false),
        ('chat_shares', true, true),
        ('chats', true, true),
        ('chunk_notes', true, true),
        ('document_blobs', false, true),
        ('document_generations', false, false),
        ('document_link_versions', false, true),
        ('document_links', false, true),
        ('document_public_links', true, true),
        ('document_shares', true, true),
        ('document_sources', true, true),
        ('document_texts', false, true),
        ('documents', true, true),
        ('embedding_cache', false, false),
        ('file_passwords', true, true),
        ('group_members', true, true),
        ('identity_providers', true, true),
        ('imported_documents', false, true),
        ('index_generations', false, false),
        ('index_parts', false, false),
        ('ingest_ledger', false, true),
        ('knowledge_bases', true, true),
        ('knowledge_chunks', false, false),
        ('knowledge_documents', true, true),
        ('knowledge_folders', false, false),
        ('knowledge_imports', true, true),
        ('knowledge_shares', true, true),
        ('knowledge_words', false, false),
        ('member_groups', true, true),
        ('member_handovers', false, false),
        ('message_citations', true, true),
        ('message_feedback', true, true),
        ('notifications', false, false),
        ('open_questions', false, true),
        ('organization_domains', true, true),
        ('organization_invitations', true, true),
        ('organization_members', true, true),
        ('organization_settings', true, true),
        ('outbox_events', false, false),
        ('provider_keys', true, true),
        ('scim_tokens', true, true),
        ('scim_users', true, true),
        ('usage_caps', true, true),
        ('usage_days', false, true),
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
create or replace function organization_of(thing uuid) returns uuid
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return (
        select m.organization_id
        from (
            select b.organization_id from knowledge_bases b where b.id = thing
            union all
            select c.organization_id from chats c where c.id = thing
            union all
            select c.organization_id from chat_messages c where c.id = thing
            union all
            select d.organization_id from knowledge_documents d where d.id = thing
            union all
            select d.organization_id from documents d where d.id = thing
            union all
            select g.organization_id from member_groups g where g.id = thing
            union all
            select w.organization_id from workflows w where w.id = thing
            union all
            select e.organization_id from workflow_executions e where e.id = thing) home
        join organization_members m
            on m.organization_id = home.organization_id and m.user_id = current_user_id() and m.is_active
        limit 1);
end $$;
create or replace function forget_member() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from group_members g
    where g.organization_id = old.organization_id and g.user_id = old.user_id
      and not (
          coalesce(new.provisioned in ('suspended', 'withdrawn'), false)
          and exists (select from member_groups p where p.id = g.group_id and p.provided)
          and exists (
              select from scim_tokens t where t.organization_id = old.organization_id and t.revoked_at is null));
    delete from document_shares s where s.organization_id = old.organization_id and s.user_id = old.user_id;
    delete from usage_caps c where c.organization_id = old.organization_id and c.user_id = old.user_id;
    delete from knowledge_shares s where s.organization_id = old.organization_id and s.user_id = old.user_id;
    update document_public_links l set revoked_at = now()
    where l.organization_id = old.organization_id and l.created_by_id = old.user_id and l.revoked_at is null;
    update api_keys k set revoked_at = now()
    where k.organization_id = old.organization_id and k.created_by_id = old.user_id and k.revoked_at is null;
    update user_sessions s set revoked_at = now()
    where s.user_id = old.user_id and s.revoked_at is null and s.provider in (
        select p.id::text from identity_providers p where p.organization_id = old.organization_id);
    update personal_tokens t set revoked_at = now()
    where t.user_id = old.user_id and t.revoked_at is null and t.provider in (
        select p.id::text from identity_providers p where p.organization_id = old.organization_id);
    insert into member_handovers (organization_id, user_id) values (old.organization_id, old.user_id)
    on conflict (organization_id, user_id) do update set ended_at = now(), retry_at = null;
    return null;
end $$;
drop table document_upload_parts;
drop table document_uploads;
drop function count_document_upload(), keep_upload_part(), expire_document_uploads(integer);
