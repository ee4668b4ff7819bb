-- Searches in the partitions of large generations. Their callers read what is found under the policies of knowledge_chunks.

-- Finds the nearest chunks with the HNSW index of a large generation, under the caller's policies; none if it has no index for
-- such a vector. The index ends after hnsw.max_scan_tuples chunks, and perhaps none of these is visible and fits the filter. If it
-- gives too few, the chunks that fit are compared: all of them if the visible documents of the filter have at most 50,000 chunks.
-- Otherwise any 50,000 on the wanted pages are, and without a filter by pages the index's result stands. Chunks of low quality are
-- not in the index; they fill up the result.
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
    perform set_config('hnsw.ef_search', greatest(200, least(2 * at_most, 1000))::text, true),
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

-- Returns a query for at least so many of the words, as nested alternatives in which each word stands few times.
create or replace function at_least_words(words text[], needed integer) returns text
    language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
begin
    if needed = cardinality(words) then
        return array_to_string(words, ' & ');
    elsif needed = 1 then
        return '(' || array_to_string(words, ' | ') || ')';
    end if;
    return format('(%s & (%s) | (%s))', words[1], at_least_words(words[2:], needed - 1), at_least_words(words[2:], needed));
end $$;

-- Finds the best chunks by words with the GIN index of a large generation, about as BM25 orders them. It reads chunks with
-- each of the rare words, and with at least m of the rarest words; m goes down until enough are found or the lists to read
-- become too long. If it finds next to nothing, it reads chunks with the rarest of the frequent words. Each of these readings
-- has a limit of its own, and adds to what the others found; so none displaces another, and the cost is bounded. It runs as the owner, because policies
-- prevent the index's use; so it checks tenant, right and hidden documents itself, and returns ids only.
--   queries, chunks, times: for each word of the question its query, in how many chunks it stands, and how often it counts
--   exact, exact_chunks: query and chunks without those that only begin like the word
--   mean: the mean length of a chunk; total: the number of chunks
create or replace function words_indexed(
        base uuid, of_generation integer, of_configuration text, queries text[], chunks double precision[],
        exact text[], exact_chunks double precision[], times double precision[], mean double precision,
        total double precision, at_most integer, of_documents boolean, documents uuid[], first_page integer,
        last_page integer) returns table (id uuid)
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp rows 100 as $$
declare
    -- Measured: see RATIONALE.md.
    most_drivers constant integer := 5;
    enough constant integer := 30;
    too_few constant integer := 10;
    most_rows constant integer := 1500;
    most_rare constant double precision := 1000;
    reach constant double precision := 12000;
    ranking constant text := 'ts_rank(''{0.5, 0.5, 0.5, 1.0}'', i.search_vector, %L::tsquery)';
    -- How many chunks a rare word may have gained since the words were counted.
    gained constant integer := 200;
    part integer;
    hidden uuid[];
    words text[];
    counts double precision[];
    scoring text;
    chunk text;
    rare text;
    found_ids uuid[] := '{}';
    found_scores double precision[] := '{}';
    last_resorts text[];
    drivers integer;
    needed integer;
    resort integer := 0;
    wanted text;
    found_rows integer := 0;
    share double precision;
    expected double precision;
    odds double precision[];
begin
    select p.part into part
    from index_parts p
    join knowledge_bases b on b.id = p.knowledge_base_id
    where p.knowledge_base_id = base and p.generation = of_generation and p.ready_at is not null
      and p.organization_id = current_organization_id()
      and knowledge_shown(
        b.knowledge_base_type, b.owner_id, b.id, current_user_id(), granted_knowledge('view'));
    if not found or at_most = 0 or cardinality(queries) = 0 then
        return;
    end if;
    hidden := array(select h.id from hidden_knowledge_documents() h (id));
    chunk := format('select i.id, i.search_vector, i.faint from public.indexed_chunks_%s i
            where i.search_config = $1 and i.document_id <> all ($2) ', part)
        || case when of_documents then 'and i.document_id = any ($3) ' else '' end
        || case when first_page is not null then 'and i.page_number >= $4 ' else '' end
        || case when last_page is not null then 'and i.page_number <= $5 ' else '' end;
    -- A code that is typed in part is read by all that begins with it, unless that is too much.
    select array_agg('(' || w.reading || ')' order by w.counted, w.reading), array_agg(w.counted order by w.counted, w.reading),
        '(' || string_agg(format('%s * ', w.times * ln(1 + (greatest(total, w.chunks) - w.chunks + 0.5) / (w.chunks + 0.5)))
            || case when w.query = w.exact then format(ranking, w.query)
                else format('(%s + %s) / 2', format(ranking, w.query), format(ranking, w.exact)) end, ' + ')
            || ') / (0.8 + 0.2 * length(i.search_vector) / $6)'
            -- What says next to nothing comes after all others.
            || ' - case when i.faint then 1000000 else 0 end'
    into words, counts, scoring
    from (
        select u.query, u.exact, u.times, greatest(u.chunks, 1) as chunks,
            case when u.chunks <= reach then u.query else u.exact end as reading,
            greatest(case when u.chunks <= reach then u.chunks else u.exact_chunks end, 1) as counted
        from unnest(queries, chunks, exact, exact_chunks, times) u (query, chunks, exact, exact_chunks, times)
    ) w;
    select string_agg(format('(%s and i.search_vector @@ %L::tsquery limit %s)', chunk, r.reading,
        least(most_rare, 2 * r.counted + gained)::integer), ' union all ')
    into rare
    from (
        select w.reading, w.counted, sum(w.counted) over (order by w.counted, w.reading rows unbounded preceding) as running
        from (
            select u.query as reading, greatest(u.chunks, 1) as counted
            from unnest(queries, chunks) u (query, chunks)
            where u.chunks <= reach
            union
            select u.exact, greatest(u.exact_chunks, 1) from unnest(exact, exact_chunks) u (exact, exact_chunks)
        ) w
    ) r
    where r.running <= most_rare;
    if rare is not null then
        execute format('select coalesce(array_agg(r.id), ''{}''), coalesce(array_agg(r.score), ''{}'') from (
                select i.id, max(%s) as score from (%s) i group by i.id) r', scoring, rare)
        into found_ids, found_scores using of_configuration, hidden, documents, first_page, last_page, greatest(mean, 1);
    end if;
    -- The rarest word of those whose chunks were not read, and the rarest code of which too much begins like it.
    last_resorts := array(
            select w.word
            from (
                select u.word, u.place, sum(u.counted) over (order by u.place) as running
                from unnest(words, counts) with ordinality u (word, counted, place)
            ) w
            where w.running > most_rare
            order by w.place limit 1)
        || array(
            select u.query from unnest(queries, chunks) u (query, chunks) where u.chunks > reach order by u.chunks, u.query limit 1);
    drivers := least(cardinality(words), most_drivers);
    -- How many chunks have at least m of the words, as if words were independent: where to begin.
    odds := array_fill(0::double precision, array[drivers + 1]);
    odds[1] := 1;
    for i in 1..drivers loop
        share := least(1, counts[i] / greatest(total, 1));
        for j in reverse i + 1..2 loop
            odds[j] := odds[j] * (1 - share) + odds[j - 1] * share;
        end loop;
        odds[1] := odds[1] * (1 - share);
    end loop;
    needed := drivers;
    expected := odds[needed + 1] * total;
    while needed > 1 and expected + odds[needed] * total <= enough loop
        needed := needed - 1;
        expected := expected + odds[needed + 1] * total;
    end loop;
    if rare is not null and needed = 1 and drivers > 1 then
        needed := 2;
    end if;
    wanted := at_least_words(words[1:drivers], needed);
    loop
        execute format(
            'select coalesce(array_agg(f.id), ''{}''), coalesce(array_agg(f.score), ''{}''), coalesce(max(f.rows), 0) from (
                select u.id, max(u.score) as score, count(*) over () as rows
                from (
                    select i.id, %s as score from (%s and i.search_vector @@ %L::tsquery limit %s) i
                    union all
                    select r.id, r.score from unnest($7, $8) r (id, score)) u
                group by u.id
                order by max(u.score) desc, u.id
                limit %s) f', scoring, chunk, wanted, most_rows, at_most)
        into found_ids, found_scores, found_rows
        using of_configuration, hidden, documents, first_page, last_page, greatest(mean, 1), found_ids, found_scores;
        if resort = 0 and needed > 1 and found_rows < least(enough, at_most)
            -- The next step reads the lists of its drivers - needed + 2 rarest words.
            and (select sum(c) from unnest(counts[1:drivers - needed + 2]) c)
                <= reach * (case when found_rows < too_few then 2 else 1 end) then
            needed := needed - 1;
            wanted := at_least_words(words[1:drivers], needed);
        else
            resort := resort + 1;
            exit when found_rows >= least(too_few, at_most) or resort > cardinality(last_resorts);
            wanted := last_resorts[resort];
        end if;
    end loop;
    return query select f.id from unnest(found_ids) f (id);
end $$;

-- Tells of documents in which part of their first chunks each word stands, under the caller's policies.
create or replace function words_of_documents(
        base uuid, of_generation integer, documents uuid[], words bigint[], configurations text[], queries text[])
        returns table (document_id uuid, word bigint, share double precision)
    language plpgsql stable set search_path = pg_catalog, public, pg_temp rows 100 as $$
declare
    first_chunks constant integer := 20;
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

revoke execute on function
    words_indexed(
        uuid, integer, text, text[], double precision[], text[], double precision[], double precision[], double precision,
        double precision, integer, boolean, uuid[], integer, integer) from public;
grant execute on function
    words_indexed(
        uuid, integer, text, text[], double precision[], text[], double precision[], double precision[], double precision,
        double precision, integer, boolean, uuid[], integer, integer) to arketic_app;
