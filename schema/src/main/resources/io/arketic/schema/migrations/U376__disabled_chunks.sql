alter table chunk_notes drop column enabled;

create or replace function record_change() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    -- What follows from other rows, or says only when a row was touched.
    derived constant text[] := array[
        'updated_at', 'last_activity_at', 'message_count', 'total_tokens_used', 'document_count', 'total_chunks',
        'total_size_bytes', 'current_members', 'current_storage_mb', 'current_storage_bytes',
        'ai_requests_this_month', 'usage_month', 'execution_count', 'success_count', 'failure_count',
        'avg_execution_time', 'last_execution_number', 'last_run_at', 'next_run_at', 'view_count', 'download_count',
        'last_used_at', 'describing_until', 'folder_path', 'compared_name', 'place_id', 'access_ids', 'last_read_message_id'];
    was jsonb;
    is_now jsonb;
    whole jsonb;
    tenant uuid;
    base uuid;
    private_owner uuid;
    -- What only the participants of a chat read: the log tells others that it changed.
    unread constant text[] := case tg_argv[0]
        when 'chats' then array['title', 'system_prompt']
        when 'chat_messages' then array['file_url']
        when 'chat_files' then array['filename', 'object_key', 'description']
        when 'message_citations' then array['filename', 'file_path', 'title']
        when 'message_feedback' then array['comment']
        -- The document may be shown to few.
        when 'chunk_notes' then array['keywords', 'summary']
        else '{}' end;
begin
    if tg_argv[0] in ('chat_messages', 'message_citations', 'message_feedback', 'chat_files', 'chat_participants')
        and tg_op <> 'INSERT' and exists (select from purging) then
        return null;
    end if;
    -- Megabytes, and what follows from them. A knowledge document's content_hash stands for its text.
    if tg_argv[0] = 'knowledge_documents' then
        if tg_op <> 'INSERT' then
            old.extracted_text := null;
            old.page_starts := '{}';
            old.search_vector := null;
        end if;
        if tg_op <> 'DELETE' then
            new.extracted_text := null;
            new.page_starts := '{}';
            new.search_vector := null;
        end if;
    elsif tg_argv[0] = 'documents' then
        if tg_op <> 'INSERT' then
            old.search_vector := null;
        end if;
        if tg_op <> 'DELETE' then
            new.search_vector := null;
        end if;
    end if;
    if tg_op <> 'INSERT' then
        was := to_jsonb(old);
    end if;
    if tg_op <> 'DELETE' then
        is_now := to_jsonb(new);
    end if;
    whole := coalesce(is_now, was);
    -- Summaries that a model made are no change of a user.
    if tg_argv[0] = 'chunk_notes'
        and coalesce(was ->> 'keywords', is_now ->> 'keywords') is null
        and not coalesce((was ->> 'summary_edited')::boolean, false)
        and not coalesce((is_now ->> 'summary_edited')::boolean, false) then
        return null;
    end if;
    if tg_op = 'UPDATE' then
        select jsonb_object_agg(w.key, w.value), jsonb_object_agg(w.key, is_now -> w.key)
        into was, is_now
        from jsonb_each(was) w
        where w.value is distinct from is_now -> w.key and not w.key = any (derived);
        if was is null then
            return null;
        end if;
    end if;
    tenant := case tg_argv[0]
        when 'organizations' then (whole ->> 'id')::uuid
        else coalesce((whole ->> 'organization_id')::uuid, current_organization_id()) end;
    -- That auditing was switched off is on record, too.
    if tg_argv[0] <> 'organization_settings' and exists (
        select from organization_settings s where s.organization_id = tenant and not s.enable_audit_logging) then
        return null;
    end if;
    -- What only its owner sees in its table, only its owner sees here.
    base := case when tg_argv[0] <> 'knowledge_bases' then (whole ->> 'knowledge_base_id')::uuid end;
    if tg_argv[0] = 'knowledge_bases' and whole ->> 'knowledge_base_type' = 'personal'
        or tg_argv[0] = 'documents' and whole ->> 'share_level' in ('private', 'restricted') then
        private_owner := (whole ->> 'owner_id')::uuid;
    elsif tg_argv[0] = 'message_citations' then
        private_owner := (whole ->> 'private_to')::uuid;
    elsif base is not null then
        select case when b.knowledge_base_type = 'personal' then b.owner_id end into private_owner
        from knowledge_bases b where b.id = base;
        if not found then
            select a.private_to into private_owner from audit_log a
            where a.row_id = base and a.table_name = 'knowledge_bases'
            order by a.id desc limit 1;
            if not found then
                -- It may have been personal.
                private_owner := coalesce(current_user_id(), base);
            end if;
        end if;
    end if;
    was := was || (
        select coalesce(jsonb_object_agg(k, '***'::text), '{}') from unnest(unread) k where was ->> k is not null);
    is_now := is_now || (
        select coalesce(jsonb_object_agg(k, '***'::text), '{}') from unnest(unread) k where is_now ->> k is not null);
    insert into audit_log (organization_id, user_id, action, table_name, row_id, before, after, request_id, private_to,
        credential)
    values (
        tenant, current_user_id(), lower(tg_op)::audit_action, tg_argv[0],
        coalesce(whole ->> 'id', whole ->> 'chat_id')::uuid, audited(was), audited(is_now),
        nullif(current_setting('app.request_id', true), ''), private_owner,
        credential_name(nullif(current_setting('app.credential', true), '')::uuid));
    return null;
end $$;

create or replace function import_chunks(document uuid, of_generation integer, lines jsonb, vectors text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not importing(document) then
        raise insufficient_privilege using message = 'the document is not being imported by this user';
    end if;
    insert into knowledge_chunks (
        organization_id, knowledge_base_id, document_id, generation, document_version, chunk_index, chunk_type, content,
        content_length, page_number, start_offset, end_offset, token_count, content_hash, embedded_hash, embedding_model,
        embedding, title, search_config, search_vector, vector_id, relevance_score, keywords, summary)
    select d.organization_id, d.knowledge_base_id, d.id, g.generation, d.version, l.index, l.type::chunk_type, l.content,
        length(l.content), l.page, l.start, l."end", l.tokens, encode(sha256(convert_to(l.content, 'UTF8')), 'hex'),
        l.embedded_hash, g.embedding_model, l.embedding::vector, l.title, l.search_config, l.words::tsvector,
        concat_ws(':', d.id, g.generation, l.index), l.relevance_score, nullif(l.keywords, 'null'), l.summary
    from knowledge_documents d
    join index_generations g on g.knowledge_base_id = d.knowledge_base_id and g.generation = of_generation
    cross join rows from (
        jsonb_to_recordset(lines) as (
            index integer, type text, content text, page integer, start integer, "end" integer, tokens integer,
            title text, embedded_hash text, search_config text, words text, relevance_score numeric, keywords jsonb, summary text),
        unnest(vectors)) with ordinality
        as l (index, type, content, page, start, "end", tokens, title, embedded_hash, search_config, words,
            relevance_score, keywords, summary, embedding, number)
    where d.id = document and d.organization_id = current_organization_id()
    order by l.number;
    insert into chunk_notes (
        organization_id, knowledge_base_id, document_id, content_hash, keywords, summary, summary_edited)
    select d.organization_id, d.knowledge_base_id, d.id, encode(sha256(convert_to(l.content, 'UTF8')), 'hex'),
        nullif(l.note_keywords, 'null'), l.note_summary, l.note_summary is not null
    from knowledge_documents d
    cross join jsonb_to_recordset(lines) as l (content text, note_keywords jsonb, note_summary text)
    where d.id = document and d.organization_id = current_organization_id()
      and (nullif(l.note_keywords, 'null') is not null or l.note_summary is not null)
    on conflict (document_id, content_hash) do nothing;
end $$;
