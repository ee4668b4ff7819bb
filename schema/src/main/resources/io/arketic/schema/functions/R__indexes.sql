-- The indexes of large generations. Each has a partition of indexed_chunks of its own; see RATIONALE.md, "Large generations".

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

-- Removes chunks of large generations from their partitions. An update leaves those whose indexed columns are equal: to remove and
-- copy a vector takes more than the update.
create or replace function unindex_old_chunks() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    opened record;
    -- The chunks after an update are visible to the statement of an update only.
    altered constant text := case when tg_op = 'UPDATE' then
        ' and not exists (
            select from updated u
            where u.id = c.id and u.knowledge_base_id = c.knowledge_base_id and u.generation = c.generation
              and (u.document_id, u.chunk_index, u.page_number, u.relevance_score, u.search_config, u.search_vector,
                    u.embedding)
                is not distinct from (c.document_id, c.chunk_index, c.page_number, c.relevance_score, c.search_config,
                    c.search_vector, c.embedding))'
        else '' end;
begin
    for opened in
        select p.part from index_parts p
        where (p.knowledge_base_id, p.generation) in (select c.knowledge_base_id, c.generation from changed c)
        order by p.part
        for key share
    loop
        execute format(
            'delete from public.indexed_chunks_%s i where i.id in (select c.id from changed c where true%s)', opened.part, altered);
    end loop;
    return null;
end $$;

-- Returns a vector in half precision and of length 1, so that no value is too large or too small for it; null if it has
-- other dimensions than the index.
create or replace function indexed_vector(embedding vector, dimensions integer) returns halfvec
    language sql immutable parallel safe
    return case when vector_dims(embedding) = dimensions then l2_normalize(embedding)::halfvec end;

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
    execute format('create index on public.indexed_chunks_%s (page_number)', part);
    execute format('alter table public.indexed_chunks attach partition public.indexed_chunks_%1$s for values in (%1$s)', part);
    insert into index_parts (part, organization_id, knowledge_base_id, generation, embedding_model, dimensions)
    values (part, owned.organization_id, base, of_generation, owned.embedding_model, dimensions);
    return part;
end $$;

-- Copies the next chunks of a generation into its partition, in the order of documents. Returns how many it read, counting a
-- document without chunks as one; 0 when all are there, and null when another process copies, the partition is in use, or another
-- transaction changes the next chunk.
create or replace function fill_index_part(of_part integer, at_most integer) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    opened index_parts;
    document uuid;
    rest integer := at_most;
    asked integer;
    copied integer;
    last integer;
    stopped boolean := false;
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
        -- The lock keeps a chunk that is changed meanwhile from being copied as it was: its trigger does not see the copy yet. It
        -- waits for no other one, because writers lock chunks in any order; the copy ends before the first that it did not get.
        execute format(
            'with asked as materialized (
                select c.id, c.chunk_index from knowledge_chunks c
                where c.document_id = $1 and c.generation = $2 and c.chunk_index > $3
                order by c.chunk_index limit $4
            ), locked as materialized (
                select c.* from knowledge_chunks c
                where c.document_id = $1 and c.generation = $2 and c.chunk_index > $3
                  and c.chunk_index <= (select max(a.chunk_index) from asked a)
                order by c.chunk_index
                for share skip locked
            ), refused as materialized (
                select min(a.chunk_index) as first from asked a where not exists (select from locked l where l.id = a.id)
            ), read as materialized (
                select l.* from locked l cross join refused s where s.first is null or l.chunk_index < s.first
            ), copied as (
                insert into public.indexed_chunks_%1$s
                select %1$s, c.id, c.document_id, c.chunk_index, c.page_number, coalesce(c.relevance_score, 1) < 0.1,
                    c.search_config, c.search_vector, indexed_vector(c.embedding, %2$s)
                from read c
                on conflict do nothing
            ) select count(*), max(r.chunk_index), (select s.first is not null from refused s) from read r',
            opened.part, opened.dimensions)
        into copied, last, stopped using opened.document_id, opened.generation, opened.chunk_index, asked;
        if stopped then
            rest := rest - copied;
            opened.chunk_index := coalesce(last, opened.chunk_index);
            exit;
        end if;
        rest := rest - greatest(copied, 1);
        opened.chunk_index := case when copied = asked then last end;
    end loop;
    update index_parts p set document_id = opened.document_id, chunk_index = opened.chunk_index where p.part = of_part;
    return case when stopped then nullif(at_most - rest, 0) else at_most - rest end;
end $$;

-- Counts in how many chunks of the next blocks each word stands, and, after the last ones, keeps the sums; a search by words begins
-- with them. Returns whether it is complete; null if another process counts or the partition is out of use. From the first
-- complete count on, searches read the partition. Words of two chunks and fewer are not kept. What codes begin with counts like a
-- word: "ds-7:*" counts the chunks with any word that begins with ds-7. They end with their twelfth character, or with their first
-- digit if that comes later.
create or replace function count_index_words(of_part integer, blocks integer) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    least_beginnings constant integer := 20;
    opened index_parts;
    relation regclass;
    past bigint;
begin
    select p.* into opened from index_parts p where p.part = of_part and p.closed_at is null for no key update skip locked;
    if not found then
        return null;
    end if;
    relation := format('public.indexed_chunks_%s', of_part)::regclass;
    if opened.counting_block is null then
        opened.counting_block := 0;
        update index_parts p
        set counting_inserted = pg_stat_get_tuples_inserted(relation), counting_deleted = pg_stat_get_tuples_deleted(relation)
        where p.part = of_part;
    end if;
    past := opened.counting_block + blocks;
    execute format(
        'insert into counting_words (part, configuration, lexeme, chunks, length)
        select %1$s, c.search_config, w.lexeme, count(*), sum(c.length)
        from (
            select c.search_config, length(c.search_vector) as length, tsvector_to_array(c.search_vector) as lexemes
            from public.indexed_chunks_%1$s c
            where c.ctid >= ''(%2$s,0)'' and c.ctid < ''(%3$s,0)''
        ) c
        cross join lateral (
            select l.lexeme from unnest(c.lexemes) l (lexeme)
            union all
            select distinct left(l.lexeme, n) || '':*''
            from unnest(c.lexemes) l (lexeme)
            cross join lateral generate_series(
                4, least(length(l.lexeme), greatest(12, length(substring(l.lexeme from ''^[^0-9]*'')) + 1))) n
            where l.lexeme ~ ''[0-9]'' and left(l.lexeme, n) ~ ''[0-9]''
            union all
            select ''''
        ) w (lexeme)
        group by 2, 3
        having count(*) > 1 or w.lexeme not like ''%%:*''', of_part, opened.counting_block, past);
    if past * current_setting('block_size')::bigint < pg_relation_size(relation) then
        update index_parts p set counting_block = past where p.part = of_part;
        return false;
    end if;
    delete from indexed_words w where w.part = of_part;
    insert into indexed_words (part, configuration, lexeme, chunks, length)
    select of_part, w.configuration, w.lexeme, sum(w.chunks), sum(w.length)
    from counting_words w
    where w.part = of_part
    group by w.configuration, w.lexeme
    having w.lexeme = '' or sum(w.chunks) >= case when w.lexeme like '%:*' then least_beginnings else 3 end
    on conflict (part, configuration, lexeme) do update set chunks = excluded.chunks, length = excluded.length;
    delete from counting_words w where w.part = of_part;
    execute format('analyze public.indexed_chunks_%s', of_part);
    -- Without counts of its own rows, a search would read all of it for each of its words.
    analyze indexed_words;
    update index_parts p
    set ready_at = coalesce(p.ready_at, clock_timestamp()), counting_block = null, counted_at = clock_timestamp(),
        counted_inserted = p.counting_inserted, counted_deleted = p.counting_deleted,
        counted = coalesce((select sum(w.chunks) from indexed_words w where w.part = of_part and w.lexeme = ''), 0)
    where p.part = of_part;
    return true;
end $$;

-- Takes a partition out of use; false if it was. Searches compare every chunk again; a minute later the partition is dropped.
create or replace function close_index_part(of_part integer) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '3s' as $$
begin
    update index_parts p set ready_at = null, closed_at = clock_timestamp() where p.part = of_part and p.closed_at is null;
    return found;
end $$;

-- Drops a partition that is out of use or whose generation is gone; false if it is in use. Its own lock comes first: searches of other
-- partitions wait behind the lock of their table, so that is not held while this partition is still read, and is waited for only
-- shortly.
create or replace function drop_index_part(of_part integer) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
    set lock_timeout = '500ms' as $$
begin
    delete from index_parts p where p.part = of_part and p.closed_at is not null;
    if exists (select from index_parts p where p.part = of_part) then
        return false;
    end if;
    delete from indexed_words w where w.part = of_part;
    delete from counting_words w where w.part = of_part;
    if to_regclass(format('public.indexed_chunks_%s', of_part)) is not null then
        execute format('lock table public.indexed_chunks_%s in access exclusive mode', of_part);
    end if;
    execute format('drop table if exists public.indexed_chunks_%s', of_part);
    return true;
end $$;

-- Lists the work on partitions: which generations get one (from this many chunks on), and which partitions are to be filled,
-- counted again (after a fifth has come or gone, and a day after some have
-- gone, whose words would stay), closed (below half as many chunks) and dropped.
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
                when p.counting_block is not null or p.counted_at is null
                    or greatest(
                            s.inserted - case when s.inserted < p.counted_inserted then 0 else p.counted_inserted end,
                            s.deleted - case when s.deleted < p.counted_deleted then 0 else p.counted_deleted end)
                        > greatest(100, p.counted / 5)
                    or p.counted_at < clock_timestamp() - interval '1 day' and s.deleted <> p.counted_deleted then 'count'
            end as work
        from index_parts p
        join index_generations g on g.knowledge_base_id = p.knowledge_base_id and g.generation = p.generation
        join knowledge_bases b on b.id = p.knowledge_base_id
        cross join lateral (
            -- The server's own numbers, from 0 after a crash.
            select pg_stat_get_tuples_inserted(r.relation) as inserted, pg_stat_get_tuples_deleted(r.relation) as deleted
            from (select format('public.indexed_chunks_%s', p.part)::regclass as relation) r
        ) s
    ) w
    where w.work is not null
    union all
    select 'drop', null, null, substr(c.relname, length('indexed_chunks_') + 1)::integer
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.indexed_chunks'::regclass and not exists (
        select from index_parts p where 'indexed_chunks_' || p.part = c.relname)
    order by 1, 2, 3, 4
$$;

revoke execute on function
    index_new_chunks(), unindex_old_chunks(), open_index_part(uuid, integer), fill_index_part(integer, integer),
    count_index_words(integer, integer), close_index_part(integer), drop_index_part(integer), index_part_work(integer) from public;
grant execute on function
    open_index_part(uuid, integer), fill_index_part(integer, integer), count_index_words(integer, integer),
    close_index_part(integer), drop_index_part(integer), index_part_work(integer) to arketic_maintenance;
