-- A large generation has a partition with indexes of its own: vectors in HNSW, words in GIN. See R__indexes.sql and R__search.sql.
create sequence index_part_numbers;

-- The partitions, and how far each is filled: up to a document, or within it up to a chunk.
create table index_parts (
    part integer primary key,
    organization_id uuid not null,
    knowledge_base_id uuid not null,
    generation integer not null,
    embedding_model varchar(100) not null,
    dimensions integer not null,
    document_id uuid,
    chunk_index integer,
    -- How many chunks the words were counted in.
    counted bigint not null default 0,
    -- Since when searches read it, and since when they no longer do.
    ready_at timestamptz,
    closed_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    constraint uq_index_part unique (knowledge_base_id, generation),
    foreign key (organization_id, knowledge_base_id, generation)
        references index_generations (organization_id, knowledge_base_id, generation) on delete cascade
);
alter table index_parts enable row level security;
alter table index_parts force row level security;
create policy index_part_rows on index_parts for select to arketic_app, arketic_ingest using (
    organization_id = (select current_organization_id())
    and ((select current_user_id()) is null or knowledge_base_id in (select b.id from knowledge_bases b)));
create policy definer_all on index_parts to arketic_owner using (true);
create policy operator_read on index_parts for select to arketic_ops using (true);
grant select on index_parts to arketic_app, arketic_ingest, arketic_ops;

-- What the indexes of a chunk read. The rest stays in knowledge_chunks.
create table indexed_chunks (
    part integer not null,
    id uuid not null,
    document_id uuid not null,
    chunk_index integer not null,
    page_number integer,
    faint boolean not null,
    search_config text not null,
    search_vector tsvector not null,
    -- Of length 1; null if the index has other dimensions.
    embedding halfvec,
    primary key (part, id)
) partition by list (part);
alter table indexed_chunks alter column embedding set storage main;
alter table indexed_chunks alter column search_vector set storage main;
alter table indexed_chunks enable row level security;
alter table indexed_chunks force row level security;
create policy index_rows on indexed_chunks for select to arketic_app
    using (part in (select p.part from index_parts p));
create policy shown_rows on indexed_chunks as restrictive for select to arketic_app
    using (document_id not in (select h.id from hidden_knowledge_documents() h (id)));
create policy definer_all on indexed_chunks to arketic_owner using (true);
grant select on indexed_chunks to arketic_app;

-- In how many chunks of a partition a word stands, and how many words those have. The empty word stands for all chunks.
create table indexed_words (
    part integer not null,
    configuration text not null,
    lexeme text collate "C" not null,
    chunks bigint not null,
    length bigint not null,
    primary key (part, configuration, lexeme)
);
alter table indexed_words enable row level security;
alter table indexed_words force row level security;
create policy word_rows on indexed_words for select to arketic_app using (part in (select p.part from index_parts p));
create policy definer_all on indexed_words to arketic_owner using (true);
grant select on indexed_words to arketic_app;

-- The owner's functions may lock chunks, and change none.
create policy definer_lock on knowledge_chunks for update to arketic_owner using (true) with check (false);

-- Copies new chunks of large generations into their partitions. The lock makes the opening of a partition wait for writers
-- that did not see it.
create or replace function index_new_chunks() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    target record;
    opened record;
begin
    for target in select distinct c.knowledge_base_id, c.generation from changed c order by 1, 2 loop
        perform from index_generations g
        where g.knowledge_base_id = target.knowledge_base_id and g.generation = target.generation
        for share;
        select p.part, p.dimensions into opened from index_parts p
        where p.knowledge_base_id = target.knowledge_base_id and p.generation = target.generation
        for key share;
        continue when not found;
        execute format(
            'insert into public.indexed_chunks_%1$s
            select %1$s, c.id, c.document_id, c.chunk_index, c.page_number, coalesce(c.relevance_score, 1) < 0.1, c.search_config,
                c.search_vector, indexed_vector(c.embedding, %2$s)
            from changed c where c.knowledge_base_id = $1 and c.generation = $2
            on conflict do nothing', opened.part, opened.dimensions)
        using target.knowledge_base_id, target.generation;
        -- A configuration that was not counted yet; its words are searched from now on.
        insert into indexed_words (part, configuration, lexeme, chunks, length)
        select distinct opened.part, c.search_config, '', 0, 0 from changed c
        where c.knowledge_base_id = target.knowledge_base_id and c.generation = target.generation and not exists (
            select from indexed_words w
            where w.part = opened.part and w.configuration = c.search_config and w.lexeme = '')
        on conflict do nothing;
    end loop;
    return null;
end $$;

-- Removes chunks of large generations from their partitions.
create or replace function unindex_old_chunks() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    opened record;
begin
    for opened in
        select p.part from index_parts p
        where (p.knowledge_base_id, p.generation) in (select c.knowledge_base_id, c.generation from changed c)
        order by p.part
        for key share
    loop
        execute format('delete from public.indexed_chunks_%s i where i.id in (select c.id from changed c)', opened.part);
    end loop;
    return null;
end $$;

revoke execute on function index_new_chunks(), unindex_old_chunks() from public;
-- In the order of their names: an update removes before it copies.
create trigger knowledge_chunks_indexed after insert on knowledge_chunks
    referencing new table as changed for each statement execute function index_new_chunks();
create trigger knowledge_chunks_unindexed after delete on knowledge_chunks
    referencing old table as changed for each statement execute function unindex_old_chunks();
create trigger knowledge_chunks_update_1 after update on knowledge_chunks
    referencing old table as changed for each statement execute function unindex_old_chunks();
create trigger knowledge_chunks_update_2 after update on knowledge_chunks
    referencing new table as changed for each statement execute function index_new_chunks();
