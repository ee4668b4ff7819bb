create or replace function nearest_indexed(
        base uuid, of_generation integer, question vector, at_most integer, of_documents boolean, documents uuid[],
        first_page integer, last_page integer) returns table (id uuid, similarity double precision, faint boolean)
    language plpgsql stable set search_path = pg_catalog, public, pg_temp rows 100 as $$
declare
    opened record;
    fits text := case when of_documents then ' and i.document_id = any ($3)' else '' end
        || case when first_page is not null then ' and i.page_number >= $4' else '' end
        || case when last_page is not null then ' and i.page_number <= $5' else '' end;
    found_ids uuid[];
    similarities double precision[];
    found_rows integer;
    -- How many chunks one search compares.
    most_compared constant integer := 50000;
    shown uuid[];
    shown_chunks bigint;
begin
    select p.part, p.dimensions into opened from index_parts p
    where p.knowledge_base_id = base and p.generation = of_generation and p.ready_at is not null;
    if not found or at_most = 0 or opened.dimensions <> vector_dims(question) then
        return;
    end if;
    perform set_config('hnsw.ef_search', greatest(100, least(at_most, 1000))::text, true),
        set_config('hnsw.iterative_scan', 'strict_order', true);
    execute format(
        'select array_agg(n.id), array_agg(n.similarity) from (
            select i.id, 1 - (i.embedding::halfvec(%2$s) <=> $1::halfvec(%2$s)) as similarity
            from indexed_chunks i
            where i.part = %1$s and not i.faint %3$s
            order by i.embedding::halfvec(%2$s) <=> $1::halfvec(%2$s)
            limit $2) n', opened.part, opened.dimensions, fits)
    into found_ids, similarities using question, at_most, documents, first_page, last_page;
    if cardinality(found_ids) >= at_most then
        return query select n.id, n.similarity, false from unnest(found_ids, similarities) n (id, similarity);
        return;
    end if;
    select array_agg(d.id), coalesce(sum(d.chunk_count), 0) into shown, shown_chunks
    from knowledge_documents d
    where d.knowledge_base_id = base and d.chunk_count > 0 and (not of_documents or d.id = any (documents));
    if shown_chunks <= most_compared then
        fits := fits || ' and i.document_id = any ($6)';
    elsif first_page is null and last_page is null then
        return query select n.id, n.similarity, false from unnest(found_ids, similarities) n (id, similarity);
        return;
    end if;
    -- The index is not used without the cast to its dimensions.
    return query execute format(
        'select n.id, 1 - (n.embedding <=> $1::halfvec(%2$s)), false
        from (
            select i.id, i.embedding from indexed_chunks i
            where i.part = %1$s and not i.faint and i.embedding is not null %3$s
            limit %4$s) n
        order by n.embedding <=> $1::halfvec(%2$s)
        limit $2', opened.part, opened.dimensions, fits, most_compared)
    using question, at_most, documents, first_page, last_page, shown;
    get diagnostics found_rows = row_count;
    if found_rows < at_most then
        return query execute format(
            'select n.id, 1 - (n.embedding <=> $1::halfvec(%2$s)), true
            from (
                select i.id, i.embedding from indexed_chunks i
                where i.part = %1$s and i.faint and i.embedding is not null %3$s
                limit %4$s) n
            order by n.embedding <=> $1::halfvec(%2$s)
            limit $2', opened.part, opened.dimensions, fits, most_compared)
        using question, at_most - found_rows, documents, first_page, last_page, shown;
    end if;
end $$;

create or replace function words_of_documents(
        base uuid, of_generation integer, documents uuid[], words bigint[], configurations text[], queries text[])
        returns table (document_id uuid, word bigint, share double precision)
    language plpgsql stable set search_path = pg_catalog, public, pg_temp rows 100 as $$
declare
    first_chunks constant integer := 50;
    part integer;
begin
    select p.part into part from index_parts p
    where p.knowledge_base_id = base and p.generation = of_generation and p.ready_at is not null;
    if not found or cardinality(words) = 0 then
        return;
    end if;
    return query execute format(
        'select d.id, q.word, count(*) filter (where i.search_vector @@ q.query) / count(*)::double precision
        from unnest($1) d (id)
        cross join lateral (
            select i.search_config, i.search_vector from indexed_chunks i
            where i.part = %s and i.document_id = d.id and i.chunk_index < %s
            offset 0) i
        join (select u.word, u.configuration, u.query::tsquery as query from unnest($2, $3, $4) u (word, configuration, query)) q
            on q.configuration = i.search_config
        group by d.id, q.word', part, first_chunks)
    using documents, words, configurations, queries;
end $$;

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
    update index_parts p
    set ready_at = coalesce(p.ready_at, clock_timestamp()), counting_block = null, counted_at = clock_timestamp(),
        counted_inserted = p.counting_inserted, counted_deleted = p.counting_deleted,
        counted = coalesce((select sum(w.chunks) from indexed_words w where w.part = of_part and w.lexeme = ''), 0)
    where p.part = of_part;
    return true;
end $$;
