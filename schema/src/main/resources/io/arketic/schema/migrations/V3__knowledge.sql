-- Knowledge bases, their documents and chunks.

create table knowledge_bases (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    owner_id uuid not null references users,
    name varchar(200) not null,
    description text,
    knowledge_base_type knowledge_base_type not null default 'shared',
    embedding_model varchar(100) not null default 'text-embedding-3-small',
    vector_store_type vector_store not null default 'chroma',
    chunk_size integer not null default 1000 check (chunk_size > 0),
    chunk_overlap integer not null default 200 check (chunk_overlap >= 0 and chunk_overlap < chunk_size),
    similarity_threshold decimal(5, 4) not null default 0.7 check (similarity_threshold between 0 and 1),
    is_public boolean not null default false,
    -- Kept by a trigger on knowledge_documents; nobody else writes them.
    document_count integer not null default 0,
    total_chunks integer not null default 0,
    total_size_bytes bigint not null default 0,
    is_active boolean not null default true,
    is_indexing boolean not null default false,
    -- The generation whose chunks are searched.
    active_generation integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_kb_tenant unique (organization_id, id)
) with (fillfactor = 70);
create index idx_kb_org_type on knowledge_bases (organization_id, knowledge_base_type);
create index idx_kb_active on knowledge_bases (is_active);
create index idx_kb_public on knowledge_bases (is_public);
create index idx_kb_owner on knowledge_bases (owner_id);
create trigger knowledge_bases_touch before update on knowledge_bases
    for each row execute function touch_updated_at();

-- How the chunks of one generation are made. Every knowledge base begins with generation 1.
create table index_generations (
    knowledge_base_id uuid not null,
    generation integer not null check (generation > 0),
    organization_id uuid not null default current_organization_id(),
    embedding_model varchar(100) not null,
    chunk_size integer not null,
    chunk_overlap integer not null,
    state generation_state not null,
    created_at timestamptz not null default now(),
    activated_at timestamptz,
    primary key (knowledge_base_id, generation),
    foreign key (organization_id, knowledge_base_id)
        references knowledge_bases (organization_id, id) on delete cascade
);

create table knowledge_documents (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    knowledge_base_id uuid not null,
    uploaded_by_id uuid references users on delete set null,
    filename varchar(255) not null,
    -- The object's whole key: {organization slug}/{knowledge base id}/{path}.
    file_path varchar(500) not null,
    file_type varchar(50) not null,
    file_size bigint not null,
    mime_type varchar(100) not null,
    status document_status not null default 'uploading',
    extracted_text text,
    processing_error text,
    chunk_count integer not null default 0,
    embedding_model_used varchar(100),
    file_hash varchar(64),
    content_hash varchar(64),
    -- Counts the contents that were indexed; 0 until the first.
    version integer not null default 0,
    title varchar(500),
    author varchar(500),
    language varchar(35),
    page_count integer,
    page_starts integer[] not null default '{}',
    document_created_at timestamptz,
    -- The text search configuration that this document's chunks are indexed with.
    search_config text,
    -- The object's version that the row speaks of, and what the chunks were made from: SHA-256, generation.
    object_etag text,
    object_last_modified timestamptz,
    indexed_file_hash varchar(64),
    indexed_generation integer,
    indexed_at timestamptz,
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_knowledge_doc_path unique (knowledge_base_id, file_path),
    constraint uq_knowledge_doc_tenant unique (organization_id, id),
    foreign key (organization_id, knowledge_base_id)
        references knowledge_bases (organization_id, id) on delete cascade
) with (fillfactor = 85);
create index idx_doc_kb_status on knowledge_documents (knowledge_base_id, status);
create index idx_doc_file_type on knowledge_documents (file_type);
create index idx_knowledge_doc_hash on knowledge_documents (file_hash);
create index idx_knowledge_doc_uploaded_by on knowledge_documents (uploaded_by_id);
create trigger knowledge_documents_touch before update on knowledge_documents
    for each row execute function touch_updated_at();

create table knowledge_chunks (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    knowledge_base_id uuid not null,
    document_id uuid not null,
    generation integer not null,
    document_version integer not null,
    chunk_index integer not null,
    chunk_type chunk_type not null default 'text',
    content text not null,
    content_length integer not null,
    page_number integer,
    -- Code points into the document version's extracted text; end exclusive.
    start_offset integer not null,
    end_offset integer not null,
    token_count integer not null,
    content_hash varchar(64) not null,
    vector_id varchar(100),
    embedding_model varchar(100),
    embedding vector,
    title varchar(500),
    keywords jsonb,
    summary text,
    relevance_score decimal(5, 4),
    search_config text not null,
    search_vector tsvector not null,
    created_at timestamptz not null default now(),
    constraint uq_chunk_ordinal unique (document_id, generation, chunk_index),
    foreign key (organization_id, knowledge_base_id)
        references knowledge_bases (organization_id, id) on delete cascade,
    foreign key (organization_id, document_id)
        references knowledge_documents (organization_id, id) on delete cascade
) with (toast_tuple_target = 4080);
-- What a search reads of every candidate stays in the row; see RATIONALE.md.
alter table knowledge_chunks alter column embedding set storage main;
alter table knowledge_chunks alter column search_vector set storage main;
create index idx_chunk_doc_index on knowledge_chunks (document_id, chunk_index);
create index idx_chunk_vector_id on knowledge_chunks (vector_id) where vector_id is not null;
create index idx_chunk_type on knowledge_chunks (chunk_type);
create index idx_chunk_live on knowledge_chunks (knowledge_base_id, generation);
create index idx_chunk_known_embedding on knowledge_chunks (content_hash, embedding_model);

create function open_first_generation() returns trigger
    language plpgsql as $$
begin
    insert into index_generations (knowledge_base_id, generation, organization_id, embedding_model, chunk_size,
        chunk_overlap, state, activated_at)
    values (new.id, new.active_generation, new.organization_id, new.embedding_model, new.chunk_size,
        new.chunk_overlap, 'active', now());
    return null;
end $$;
create trigger knowledge_bases_first_generation after insert on knowledge_bases
    for each row execute function open_first_generation();

-- The counters of a knowledge base and of its organization. Deferred, so that the rows that all writers of a tenant
-- share are locked only while a transaction commits.
create function count_knowledge_document() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    documents integer := 0;
    chunks integer := 0;
    bytes bigint := 0;
    base uuid;
    tenant uuid;
begin
    if tg_op <> 'INSERT' then
        base := old.knowledge_base_id;
        tenant := old.organization_id;
        if old.status <> 'deleted' then
            documents := documents - 1;
            chunks := chunks - old.chunk_count;
            bytes := bytes - old.file_size;
        end if;
    end if;
    if tg_op <> 'DELETE' then
        base := new.knowledge_base_id;
        tenant := new.organization_id;
        if new.status <> 'deleted' then
            documents := documents + 1;
            chunks := chunks + new.chunk_count;
            bytes := bytes + new.file_size;
        end if;
    end if;
    if documents <> 0 or chunks <> 0 or bytes <> 0 then
        update knowledge_bases
        set document_count = document_count + documents,
            total_chunks = total_chunks + chunks,
            total_size_bytes = total_size_bytes + bytes
        where id = base;
    end if;
    if bytes <> 0 then
        update organizations
        set current_storage_bytes = current_storage_bytes + bytes,
            current_storage_mb = (current_storage_bytes + bytes) / 1048576
        where id = tenant;
    end if;
    return null;
end $$;
create constraint trigger knowledge_documents_count
    after insert or delete or update of status, chunk_count, file_size on knowledge_documents
    deferrable initially deferred
    for each row execute function count_knowledge_document();

alter table knowledge_bases enable row level security;
alter table knowledge_bases force row level security;
alter table index_generations enable row level security;
alter table index_generations force row level security;
alter table knowledge_documents enable row level security;
alter table knowledge_documents force row level security;
alter table knowledge_chunks enable row level security;
alter table knowledge_chunks force row level security;

-- A personal knowledge base is its owner's; a transaction without a user is the ingest's.
create policy knowledge_base_rows on knowledge_bases to arketic_app
    using (
        organization_id = (select current_organization_id())
        and (
            knowledge_base_type <> 'personal'
            or owner_id = (select current_user_id())
            or (select current_user_id()) is null));
create policy generation_rows on index_generations to arketic_app
    using (organization_id = (select current_organization_id()));
create policy document_rows on knowledge_documents to arketic_app
    using (organization_id = (select current_organization_id()));
create policy chunk_rows on knowledge_chunks to arketic_app
    using (organization_id = (select current_organization_id()));
create policy definer_read on knowledge_bases for select to arketic_owner using (true);
create policy definer_update on knowledge_bases for update to arketic_owner using (true);
create policy operator_read on knowledge_bases for select to arketic_ops using (true);
create policy operator_read on index_generations for select to arketic_ops using (true);
create policy operator_read on knowledge_documents for select to arketic_ops using (true);
create policy operator_read on knowledge_chunks for select to arketic_ops using (true);

grant select, insert, update, delete
    on knowledge_bases, index_generations, knowledge_documents, knowledge_chunks to arketic_app;
grant select on knowledge_bases, index_generations, knowledge_documents, knowledge_chunks to arketic_ops;

-- Which knowledge base an object's key leads to, before the tenant is known.
create function resolve_knowledge_target(slug text, knowledge_base uuid)
    returns table (
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
revoke execute on function resolve_knowledge_target(text, uuid) from public;
grant execute on function resolve_knowledge_target(text, uuid) to arketic_app;
