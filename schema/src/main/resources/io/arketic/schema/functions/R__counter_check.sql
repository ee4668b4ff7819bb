-- The check of all counters.

-- Returns each counter with a wrong value. It reads everything and is for operators.
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
            select coalesce(sum(f.file_size), 0) from chat_files f where f.organization_id = o.id) + (
            select coalesce(sum(u.file_size), 0) from document_uploads u
            where u.organization_id = o.id and u.completed_at is null)
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

revoke execute on function counter_drift() from public;
grant execute on function counter_drift() to arketic_ops;
