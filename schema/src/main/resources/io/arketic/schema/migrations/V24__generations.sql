-- Generations of a knowledge base's index: built beside the live one, kept up, switched to and back, and removed.

-- A type cannot forget a label, so it is made anew, here and on the way back.
alter type generation_state rename to former_generation_state;
create type generation_state as enum ('building', 'ready', 'active', 'retired', 'failed', 'cancelled', 'pruned');
alter table index_generations alter column state type generation_state using state::text::generation_state;
drop type former_generation_state;

alter table index_generations
    -- Null while the generation is live: then the knowledge base's own counts.
    add column similarity_threshold decimal(5, 4),
    add column ready_at timestamptz,
    -- Why it does not get on; with resume_at it is tried again by then.
    add column problem text,
    add column problem_detail text,
    add column problem_count integer not null default 0,
    add column resume_at timestamptz,
    -- When there was nothing left to do for it: no document to be brought in line with it, no chunk to be removed.
    add column settled_at timestamptz,
    add constraint uq_generation_tenant unique (organization_id, knowledge_base_id, generation);
update index_generations set settled_at = created_at where state = 'active';
create index idx_generation_unsettled on index_generations (knowledge_base_id) where settled_at is null;
create unique index uq_generation_candidate on index_generations (knowledge_base_id)
    where state in ('building', 'ready');
create unique index uq_generation_live on index_generations (knowledge_base_id) where state = 'active';
create unique index uq_generation_former on index_generations (knowledge_base_id) where state = 'retired';
create policy definer_all on index_generations to arketic_owner using (true);

create or replace function open_first_generation() returns trigger
    language plpgsql as $$
begin
    insert into index_generations (knowledge_base_id, generation, organization_id, embedding_model, chunk_size,
        chunk_overlap, state, activated_at, settled_at)
    values (new.id, new.active_generation, new.organization_id, new.embedding_model, new.chunk_size,
        new.chunk_overlap, 'active', now(), now());
    return null;
end $$;

-- Which version of a document each generation holds.
create table document_generations (
    document_id uuid not null,
    generation integer not null,
    organization_id uuid not null default current_organization_id(),
    knowledge_base_id uuid not null,
    document_version integer not null,
    chunks integer not null,
    -- Of these, how many took a vector that was known already.
    reused integer not null default 0,
    written_at timestamptz not null default clock_timestamp(),
    primary key (document_id, generation),
    foreign key (organization_id, document_id)
        references knowledge_documents (organization_id, id) on delete cascade,
    foreign key (organization_id, knowledge_base_id, generation)
        references index_generations (organization_id, knowledge_base_id, generation) on delete cascade
);
create index idx_document_generation on document_generations (knowledge_base_id, generation, document_id);
alter table document_generations enable row level security;
alter table document_generations force row level security;
create policy document_generation_rows on document_generations to arketic_app
    using (organization_id = (select current_organization_id()));
create policy definer_all on document_generations to arketic_owner using (true);
create policy operator_read on document_generations for select to arketic_ops using (true);
grant select, insert, update, delete on document_generations to arketic_app;
grant select on document_generations to arketic_ops;

insert into document_generations (document_id, generation, organization_id, knowledge_base_id, document_version, chunks)
select d.id, d.indexed_generation, d.organization_id, d.knowledge_base_id, d.version, d.chunk_count
from knowledge_documents d
join index_generations g on g.knowledge_base_id = d.knowledge_base_id and g.generation = d.indexed_generation;

-- Headings, tables, lists and code in the text, so that it can be cut again as it was the first time: TextBlock.
alter table knowledge_documents add column text_blocks text;
create index idx_doc_kb_indexed on knowledge_documents (knowledge_base_id, id) where indexed_generation is not null;

-- Embeddings are known to their organization alone.
drop index idx_chunk_known_embedding;
create index idx_chunk_known_embedding on knowledge_chunks (organization_id, content_hash, embedding_model);

-- Documents whose current version is missing in a generation that is built or kept up: the first of each generation,
-- then the second of each, so that no knowledge base waits for another's end.
create function generation_work(at_most integer)
    returns table (
        organization_id uuid, knowledge_base_id uuid, generation integer, embedding_model text, chunk_size integer,
        chunk_overlap integer, document_id uuid, document_version integer, file_path text,
        troubled boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select g.organization_id, g.knowledge_base_id, g.generation, g.embedding_model, g.chunk_size, g.chunk_overlap,
        m.id, m.version, m.file_path, g.problem is not null
    from index_generations g
    join knowledge_bases b on b.id = g.knowledge_base_id and b.is_active
    join organizations o on o.id = g.organization_id and o.status in ('active', 'trial')
    cross join lateral (
        select l.*, row_number() over (order by l.id) as turn
        from (
            select d.id, d.version, d.file_path
            from knowledge_documents d
            where d.knowledge_base_id = g.knowledge_base_id and d.indexed_generation is not null
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

-- Generations that may be ready, that documents have to be brought in line with, or whose chunks have to go.
create function generation_chores()
    returns table (organization_id uuid, knowledge_base_id uuid, generation integer, state generation_state)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select g.organization_id, g.knowledge_base_id, g.generation, g.state
    from index_generations g
    where g.settled_at is null and g.state in ('building', 'active', 'cancelled', 'pruned')
    order by g.state, g.knowledge_base_id, g.generation
$$;

-- As resolve_knowledge_target, also out of service: what is removed from the bucket meanwhile goes all the same.
create function resolve_knowledge_home(slug text, knowledge_base uuid)
    returns table (
        organization_id uuid, knowledge_base_id uuid, generation integer, embedding_model text, chunk_size integer,
        chunk_overlap integer)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select b.organization_id, b.id, b.active_generation, b.embedding_model, b.chunk_size, b.chunk_overlap
    from knowledge_bases b
    join organizations o on o.id = b.organization_id
    where b.id = resolve_knowledge_home.knowledge_base and o.slug = resolve_knowledge_home.slug
$$;

revoke execute on function
    generation_work(integer), generation_chores(), resolve_knowledge_home(text, uuid) from public;
grant execute on function
    generation_work(integer), generation_chores(), resolve_knowledge_home(text, uuid) to arketic_app;
