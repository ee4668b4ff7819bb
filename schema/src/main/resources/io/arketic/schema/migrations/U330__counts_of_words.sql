drop function count_index_words(integer, integer);

-- Opens the partition of a generation with its empty indexes. Returns its number; null if it has one, is not kept up, is
-- without vectors, or has vectors of more dimensions than an index takes.
create or replace function open_index_part(base uuid, of_generation integer) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
    set lock_timeout = '3s' as $$
declare
    most_dimensions constant integer := 4000;
    owned record;
    dimensions integer;
    part integer;
begin
    select g.organization_id, g.embedding_model into owned from index_generations g
    where g.knowledge_base_id = base and g.generation = of_generation
      and g.state in ('building', 'ready', 'active', 'retired')
    for no key update;
    if not found or exists (
        select from index_parts p where p.knowledge_base_id = base and p.generation = of_generation) then
        return null;
    end if;
    select vector_dims(c.embedding) into dimensions from knowledge_chunks c
    where c.knowledge_base_id = base and c.generation = of_generation and c.embedding is not null
    limit 1;
    if dimensions is null or dimensions > most_dimensions then
        return null;
    end if;
    part := nextval('index_part_numbers');
    execute format('create table public.indexed_chunks_%1$s (
            like public.indexed_chunks including defaults including storage, check (part = %1$s))
        with (autovacuum_vacuum_scale_factor = 0.1)', part);
    execute format('alter table public.indexed_chunks_%s enable row level security', part);
    execute format('alter table public.indexed_chunks_%s force row level security', part);
    execute format('create policy definer_all on public.indexed_chunks_%s to arketic_owner using (true)', part);
    execute format('create index on public.indexed_chunks_%1$s
        using hnsw ((embedding::halfvec(%2$s)) halfvec_cosine_ops) with (m = 16, ef_construction = 64)
        where not faint', part, dimensions);
    execute format('create index on public.indexed_chunks_%s using gin (search_vector) with (fastupdate = off)', part);
    execute format('create index on public.indexed_chunks_%s (document_id, chunk_index)', part);
    execute format('alter table public.indexed_chunks attach partition public.indexed_chunks_%1$s for values in (%1$s)', part);
    insert into index_parts (part, organization_id, knowledge_base_id, generation, embedding_model, dimensions)
    values (part, owned.organization_id, base, of_generation, owned.embedding_model, dimensions);
    return part;
end $$;

-- Copies the next chunks of a generation into its partition, in the order of documents. Returns how many it read, counting a
-- document without chunks as one; 0 when all are there, and null when another process copies or the partition is in use.
create or replace function fill_index_part(of_part integer, at_most integer) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    opened index_parts;
    document uuid;
    rest integer := at_most;
    asked integer;
    copied integer;
    last integer;
begin
    select p.* into opened from index_parts p
    where p.part = of_part and p.ready_at is null and p.closed_at is null
    for no key update skip locked;
    if not found then
        return null;
    end if;
    while rest > 0 loop
        if opened.chunk_index is null then
            select e.document_id into document from document_generations e
            where e.knowledge_base_id = opened.knowledge_base_id and e.generation = opened.generation
              and e.document_id > coalesce(opened.document_id, '00000000-0000-0000-0000-000000000000')
            order by e.document_id limit 1;
            exit when not found;
            opened.document_id := document;
            opened.chunk_index := -1;
        end if;
        asked := rest;
        -- The lock keeps a chunk that is deleted meanwhile from being copied after its deletion.
        execute format(
            'with read as materialized (
                select c.* from knowledge_chunks c
                where c.document_id = $1 and c.generation = $2 and c.chunk_index > $3
                order by c.chunk_index limit $4
                for key share
            ), copied as (
                insert into public.indexed_chunks_%1$s
                select %1$s, c.id, c.document_id, c.chunk_index, c.page_number, coalesce(c.relevance_score, 1) < 0.1,
                    c.search_config, c.search_vector, indexed_vector(c.embedding, %2$s)
                from read c
                on conflict do nothing
            ) select count(*), max(r.chunk_index) from read r', opened.part, opened.dimensions)
        into copied, last using opened.document_id, opened.generation, opened.chunk_index, asked;
        rest := rest - greatest(copied, 1);
        opened.chunk_index := case when copied = asked then last end;
    end loop;
    update index_parts p set document_id = opened.document_id, chunk_index = opened.chunk_index where p.part = of_part;
    return at_most - rest;
end $$;

-- Counts in how many chunks each word stands, which a search by words begins with. From the first count on, searches read the
-- partition. Words of two chunks and fewer are not kept.
create or replace function count_index_words(of_part integer) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform from index_parts p where p.part = of_part and p.closed_at is null for no key update skip locked;
    if not found then
        return false;
    end if;
    delete from indexed_words w where w.part = of_part;
    execute format(
        'insert into indexed_words (part, configuration, lexeme, chunks, length)
        select %1$s, c.search_config, w.lexeme, count(*), sum(length(c.search_vector))
        from public.indexed_chunks_%1$s c
        cross join lateral unnest(tsvector_to_array(c.search_vector)) w (lexeme)
        group by 2, 3
        having count(*) > 2
        union all
        select %1$s, c.search_config, '''', count(*), sum(length(c.search_vector))
        from public.indexed_chunks_%1$s c
        group by 2
        on conflict (part, configuration, lexeme) do update set chunks = excluded.chunks, length = excluded.length', of_part);
    execute format('analyze public.indexed_chunks_%s', of_part);
    update index_parts p
    set ready_at = coalesce(p.ready_at, clock_timestamp()),
        counted = coalesce((select sum(w.chunks) from indexed_words w where w.part = of_part and w.lexeme = ''), 0)
    where p.part = of_part;
    return true;
end $$;

-- Drops a partition that is out of use or whose generation is gone; false if it is in use. Searches of other partitions wait
-- behind the lock, so it is waited for only shortly.
create or replace function drop_index_part(of_part integer) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
    set lock_timeout = '500ms' as $$
begin
    delete from index_parts p where p.part = of_part and p.closed_at is not null;
    if exists (select from index_parts p where p.part = of_part) then
        return false;
    end if;
    delete from indexed_words w where w.part = of_part;
    execute format('drop table if exists public.indexed_chunks_%s', of_part);
    return true;
end $$;

-- Lists the work on partitions: which generations get one (from this many chunks on), and which partitions are to be filled,
-- counted again (after a fifth has changed), closed (below half as many chunks) and dropped.
create or replace function index_part_work(from_chunks integer) returns table (
        work text, knowledge_base_id uuid, generation integer, part integer)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select 'open', g.knowledge_base_id, g.generation, null::integer
    from knowledge_bases b
    join index_generations g on g.knowledge_base_id = b.id and g.state in ('building', 'ready', 'active')
    where b.total_chunks >= from_chunks and b.removal_requested_at is null and not exists (
        select from index_parts p where p.knowledge_base_id = b.id and p.generation = g.generation)
    union all
    select w.work, w.knowledge_base_id, w.generation, w.part
    from (
        select p.knowledge_base_id, p.generation, p.part, case
                when p.closed_at < clock_timestamp() - interval '1 minute' then 'drop'
                when p.closed_at is not null then null
                when g.state in ('failed', 'cancelled', 'pruned') or b.removal_requested_at is not null
                    or g.state = 'active' and b.total_chunks < from_chunks / 2 then 'close'
                when p.ready_at is null then 'fill'
                when abs(pg_stat_get_live_tuples(format('public.indexed_chunks_%s', p.part)::regclass) - p.counted)
                    > greatest(100, p.counted / 5) then 'count'
            end as work
        from index_parts p
        join index_generations g on g.knowledge_base_id = p.knowledge_base_id and g.generation = p.generation
        join knowledge_bases b on b.id = p.knowledge_base_id) w
    where w.work is not null
    union all
    select 'drop', null, null, substr(c.relname, length('indexed_chunks_') + 1)::integer
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.indexed_chunks'::regclass and not exists (
        select from index_parts p where 'indexed_chunks_' || p.part = c.relname)
    order by 1, 2, 3, 4
$$;

revoke execute on function count_index_words(integer) from public;
grant execute on function count_index_words(integer) to arketic_maintenance;

drop table counting_words;
alter table index_parts
    drop column counting_block, drop column counted_at, drop column counting_inserted, drop column counting_deleted,
    drop column counted_inserted, drop column counted_deleted;
