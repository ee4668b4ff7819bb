-- Archives of knowledge bases that are imported. A base is filled by the user that imports it, document by document; an import that
-- broke off goes on where it was.

create table knowledge_imports (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    knowledge_base_id uuid not null,
    -- Null once the account is erased: the base's vectors stay those of an archive.
    user_id uuid default current_user_id() references users on delete set null,
    merkle_root varchar(64) not null,
    documents integer not null check (documents >= 0),
    completed_at timestamptz,
    -- Of the request that fills the base; another one waits until it has rested for minutes.
    last_activity_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    constraint uq_import_base unique (knowledge_base_id),
    constraint uq_import_tenant unique (organization_id, knowledge_base_id),
    foreign key (organization_id, knowledge_base_id)
        references knowledge_bases (organization_id, id) on delete cascade
);
create unique index uq_import_open on knowledge_imports (organization_id, user_id, merkle_root) where completed_at is null;
create index idx_import_user on knowledge_imports (user_id);
create trigger knowledge_imports_audit after insert or update or delete on knowledge_imports
    for each row execute function record_change('knowledge_imports');

-- Which document of the archive became which one here.
create table imported_documents (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    knowledge_base_id uuid not null,
    source_document_id uuid not null,
    document_id uuid not null,
    completed_at timestamptz,
    constraint uq_imported_source unique (knowledge_base_id, source_document_id),
    constraint uq_imported_document unique (document_id),
    foreign key (organization_id, knowledge_base_id)
        references knowledge_imports (organization_id, knowledge_base_id) on delete cascade,
    foreign key (organization_id, document_id) references knowledge_documents (organization_id, id) on delete cascade
);
create index idx_imported_org_base on imported_documents (organization_id, knowledge_base_id);

alter table knowledge_imports enable row level security;
alter table knowledge_imports force row level security;
alter table imported_documents enable row level security;
alter table imported_documents force row level security;
create policy import_rows on knowledge_imports to arketic_app, arketic_ingest, arketic_maintenance
    using (
        organization_id = (select current_organization_id())
        and ((select current_user_id()) is null or knowledge_base_id in (select b.id from knowledge_bases b)));
create policy imported_rows on imported_documents to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from knowledge_documents d where d.id = imported_documents.document_id));
create policy operator_read on knowledge_imports for select to arketic_ops using (true);
create policy operator_read on imported_documents for select to arketic_ops using (true);
create policy definer_all on knowledge_imports to arketic_owner using (true);
create policy definer_all on imported_documents to arketic_owner using (true);
create policy definer_insert on knowledge_chunks for insert to arketic_owner with check (true);
grant select, insert on knowledge_imports to arketic_app;
grant update (completed_at, last_activity_at) on knowledge_imports to arketic_app;
grant select on knowledge_imports to arketic_ingest, arketic_maintenance;
grant select, insert on imported_documents to arketic_app;

-- Whether the current user is importing the document now: the only one that chunks are put into from outside the ingest.
create function importing(document uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select from imported_documents d
        join knowledge_imports i on i.knowledge_base_id = d.knowledge_base_id
        where d.document_id = document and d.organization_id = current_organization_id() and d.completed_at is null
          and i.user_id = current_user_id() and i.completed_at is null)
$$;

-- Chunks as the archive's lines hold them, each with its vector as text.
create function import_chunks(document uuid, of_generation integer, lines jsonb, vectors text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not importing(document) then
        raise insufficient_privilege using message = 'the document is not being imported by this user';
    end if;
    insert into knowledge_chunks (
        organization_id, knowledge_base_id, document_id, generation, document_version, chunk_index, chunk_type, content,
        content_length, page_number, start_offset, end_offset, token_count, content_hash, embedded_hash, embedding_model,
        embedding, title, search_config, search_vector)
    select d.organization_id, d.knowledge_base_id, d.id, g.generation, d.version, l.index, l.type::chunk_type, l.content,
        length(l.content), l.page, l.start, l."end", l.tokens, encode(sha256(convert_to(l.content, 'UTF8')), 'hex'),
        l.embedded_hash, g.embedding_model, l.embedding::vector, l.title, l.search_config, l.words::tsvector
    from knowledge_documents d
    join index_generations g on g.knowledge_base_id = d.knowledge_base_id and g.generation = of_generation
    cross join rows from (
        jsonb_to_recordset(lines) as (
            index integer, type text, content text, page integer, start integer, "end" integer, tokens integer,
            title text, embedded_hash text, search_config text, words text),
        unnest(vectors)) with ordinality
        as l (index, type, content, page, start, "end", tokens, title, embedded_hash, search_config, words, embedding, number)
    where d.id = document and d.organization_id = current_organization_id()
    order by l.number;
end $$;

-- Notes that the generation has the document.
create function import_generation(document uuid, of_generation integer) returns void
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

-- Ends the import of a document, and cancels the removal of its object. False where the document was deleted or its base is being
-- removed: the object then has no owner.
create function finish_imported_document(base uuid, source uuid) returns boolean
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
revoke execute on function
    importing(uuid), import_chunks(uuid, integer, jsonb, text[]), import_generation(uuid, integer),
    finish_imported_document(uuid, uuid)
    from public;
grant execute on function
    import_chunks(uuid, integer, jsonb, text[]), import_generation(uuid, integer), finish_imported_document(uuid, uuid)
    to arketic_app;
