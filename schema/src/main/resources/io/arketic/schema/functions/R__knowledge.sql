-- Knowledge bases: the target of a key, generations and imports.

-- Finds the knowledge base of an object's key before the tenant is known.
create or replace function resolve_knowledge_target(slug text, knowledge_base uuid) returns table (
        organization_id uuid, knowledge_base_id uuid, generation integer, embedding_model text, chunk_size integer,
        chunk_overlap integer)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select b.organization_id, b.id, b.active_generation, b.embedding_model, b.chunk_size, b.chunk_overlap
    from knowledge_bases b
    join organizations o on o.id = b.organization_id
    where b.id = resolve_knowledge_target.knowledge_base
      and o.slug = resolve_knowledge_target.slug
      and b.is_active
      and o.status in ('active', 'trial')
$$;

-- Finds it also out of service, because removed objects have to leave it.
create or replace function resolve_knowledge_home(slug text, knowledge_base uuid) returns table (
        organization_id uuid, knowledge_base_id uuid, generation integer, embedding_model text, chunk_size integer,
        chunk_overlap integer)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select b.organization_id, b.id, b.active_generation, b.embedding_model, b.chunk_size, b.chunk_overlap
    from knowledge_bases b
    join organizations o on o.id = b.organization_id
    where b.id = resolve_knowledge_home.knowledge_base and o.slug = resolve_knowledge_home.slug
$$;

-- Opens the first generation of a new knowledge base.
create or replace function open_first_generation() returns trigger
    language plpgsql volatile as $$
begin
    insert into index_generations (knowledge_base_id, generation, organization_id, embedding_model, chunk_size,
        chunk_overlap, state, activated_at, settled_at)
    values (new.id, new.active_generation, new.organization_id, new.embedding_model, new.chunk_size,
        new.chunk_overlap, 'active', now(), now());
    return null;
end $$;

-- Returns whether files of a knowledge base are being read, or a generation of it is built: what is_indexing shows.
create or replace function knowledge_base_indexing(base uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select from knowledge_bases b
        where b.id = base and b.organization_id = current_organization_id()
          and (exists (select from ledger_unsettled u where u.knowledge_base_id = b.id)
            or exists (
                select from index_generations g where g.knowledge_base_id = b.id and g.state = 'building')))
$$;

-- Returns documents whose current version a generation lacks: the first of each generation, then the second, so that
-- knowledge bases take turns. A search goes on behind the document that it has passed in a generation.
create or replace function generation_work(
        at_most integer, bases uuid[], generations integer[], passed uuid[]) returns table (
        organization_id uuid, knowledge_base_id uuid, generation integer, embedding_model text, chunk_size integer,
        chunk_overlap integer, document_id uuid, document_version integer, file_path text, troubled boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select g.organization_id, g.knowledge_base_id, g.generation, g.embedding_model, g.chunk_size, g.chunk_overlap,
        m.id, m.version, m.file_path, g.problem is not null
    from index_generations g
    join knowledge_bases b on b.id = g.knowledge_base_id and b.is_active
    join organizations o on o.id = g.organization_id and o.status in ('active', 'trial')
    left join unnest(bases, generations, passed) as p (base, number, document)
        on p.base = g.knowledge_base_id and p.number = g.generation
    cross join lateral (
        select l.*, row_number() over (order by l.id) as turn
        from (
            select d.id, d.version, d.file_path
            from knowledge_documents d
            where d.knowledge_base_id = g.knowledge_base_id and d.indexed_generation is not null
              and d.id > coalesce(p.document, '00000000-0000-0000-0000-000000000000')
              and not exists (
                  select from document_generations e
                  where e.document_id = d.id and e.generation = g.generation and e.document_version = d.version)
            order by d.id
            limit at_most) l) m
    where g.settled_at is null and g.state in ('building', 'ready', 'retired')
      and coalesce(g.resume_at, '-infinity') <= now()
    order by m.turn, g.knowledge_base_id, g.generation
    limit at_most
$$;

-- Returns generations that may be complete, that differ from their documents, or whose chunks are to be removed.
create or replace function generation_chores() returns table (
        organization_id uuid, knowledge_base_id uuid, generation integer, state generation_state)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select g.organization_id, g.knowledge_base_id, g.generation, g.state
    from index_generations g
    where g.settled_at is null and g.state in ('building', 'active', 'cancelled', 'pruned')
    order by g.state, g.knowledge_base_id, g.generation
$$;

-- Tells which knowledge bases have files in progress. Parked versions do not count.
create or replace function live_files_under_way() returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select from ingest_ledger l
        where l.ended_at is null and l.parked_until is null and l.received_at > now() - interval '2 minutes')
$$;

-- Tells whether the current user imports the document now. Chunks enter from outside the ingest only then.
create or replace function importing(document uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select from imported_documents d
        join knowledge_imports i on i.knowledge_base_id = d.knowledge_base_id
        where d.document_id = document and d.organization_id = current_organization_id() and d.completed_at is null
          and i.user_id = current_user_id() and i.completed_at is null)
$$;

-- Writes chunks of an archive; each holds its vector as text.
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
        organization_id, knowledge_base_id, document_id, content_hash, keywords, summary, summary_edited, enabled)
    select d.organization_id, d.knowledge_base_id, d.id, encode(sha256(convert_to(l.content, 'UTF8')), 'hex'),
        nullif(l.note_keywords, 'null'), l.note_summary, l.note_summary is not null,
        coalesce(l.note_enabled, true)
    from knowledge_documents d
    cross join jsonb_to_recordset(lines) as l (content text, note_keywords jsonb, note_summary text, note_enabled boolean)
    where d.id = document and d.organization_id = current_organization_id()
      and (nullif(l.note_keywords, 'null') is not null or l.note_summary is not null or not l.note_enabled)
    on conflict (document_id, content_hash) do nothing;
end $$;

-- Records that the generation has the document.
create or replace function import_generation(document uuid, of_generation integer) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not importing(document) then
        raise insufficient_privilege using message = 'the document is not being imported by this user';
    end if;
    insert into document_generations (
        document_id, generation, organization_id, knowledge_base_id, document_version, chunks, reused)
    select d.id, g.generation, d.organization_id, d.knowledge_base_id, d.version, c.chunks, c.chunks
    from knowledge_documents d
    join index_generations g on g.knowledge_base_id = d.knowledge_base_id and g.generation = of_generation
    cross join lateral (
        select count(*)::integer as chunks from knowledge_chunks k
        where k.document_id = d.id and k.generation = g.generation) c
    where d.id = document and d.organization_id = current_organization_id();
end $$;

-- Ends an import and keeps its object. False if the document was deleted or its knowledge base is being removed.
create or replace function finish_imported_document(base uuid, source uuid) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    entered record;
begin
    select d.id, d.file_path into entered
    from imported_documents i
    join knowledge_documents d on d.id = i.document_id
    join knowledge_bases b on b.id = d.knowledge_base_id
    where i.knowledge_base_id = base and i.source_document_id = source and importing(i.document_id)
      and d.organization_id = current_organization_id() and d.status <> 'deleted' and b.removal_requested_at is null
    for no key update of d;
    if not found then
        return false;
    end if;
    update imported_documents i set completed_at = now() where i.document_id = entered.id;
    delete from removed_objects r where r.object_key = entered.file_path;
    return true;
end $$;

-- Returns the encrypted passwords of a knowledge base's files, in the order in which they are tried.
create or replace function file_passwords(base uuid) returns table (id uuid, encrypted_key text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select p.id, p.encrypted_key from file_passwords p
    where p.knowledge_base_id = base and p.organization_id = current_organization_id()
    order by p.place
$$;

revoke execute on function
    resolve_knowledge_target(text, uuid), resolve_knowledge_home(text, uuid), generation_work(integer, uuid[], integer[], uuid[]),
    generation_chores(), live_files_under_way(), knowledge_base_indexing(uuid), importing(uuid), import_chunks(uuid, integer, jsonb, text[]),
    import_generation(uuid, integer), finish_imported_document(uuid, uuid), file_passwords(uuid) from public;
grant execute on function
    resolve_knowledge_target(text, uuid), resolve_knowledge_home(text, uuid), generation_work(integer, uuid[], integer[], uuid[]),
    generation_chores(), live_files_under_way(), file_passwords(uuid) to arketic_ingest;
grant execute on function
    import_chunks(uuid, integer, jsonb, text[]), import_generation(uuid, integer),
    finish_imported_document(uuid, uuid), knowledge_base_indexing(uuid) to arketic_app;

-- Finds the public knowledge base of this id, or of this name in the organization of this slug. Empty where there is none,
-- whatever the reason: each request asks, so that a knowledge base that is switched off answers no further one.
create or replace function open_public_knowledge(base uuid, slug text, name text)
    returns table (knowledge_base_id uuid, organization_id uuid, organization_slug text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with wanted as (
        select k.id from knowledge_bases k where k.id = open_public_knowledge.base
        union all
        select k.id from knowledge_bases k
        join organizations n on n.id = k.organization_id
        where n.slug = open_public_knowledge.slug and lower(k.name) = lower(open_public_knowledge.name))
    select b.id, b.organization_id, o.slug::text
    from wanted w
    join knowledge_bases b on b.id = w.id
    join organizations o on o.id = b.organization_id
    where b.is_public and b.is_active and b.removal_requested_at is null
      and o.status in ('active', 'trial') and not subscription_ended(o)
    order by b.id
    limit 1
$$;
revoke execute on function open_public_knowledge(uuid, text, text) from public;
grant execute on function open_public_knowledge(uuid, text, text) to arketic_app;
