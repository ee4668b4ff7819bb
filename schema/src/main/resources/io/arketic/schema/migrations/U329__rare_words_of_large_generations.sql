drop function words_indexed(
    uuid, integer, text, text[], double precision[], text[], double precision[], double precision[], double precision,
    double precision, integer, boolean, uuid[], integer, integer);

-- Finds the nearest chunks with the HNSW index of a large generation, under the caller's policies; none if it has no index for
-- such a vector. What says next to nothing is in no index and comes when the others do not suffice.
create or replace function nearest_indexed(
        base uuid, of_generation integer, question vector, at_most integer, of_documents boolean, documents uuid[],
        first_page integer, last_page integer) returns table (id uuid, similarity double precision, faint boolean)
    language plpgsql stable set search_path = pg_catalog, public, pg_temp rows 100 as $$
declare
    opened record;
    fits text := case when of_documents then ' and i.document_id = any ($3)' else '' end
        || case when first_page is not null then ' and i.page_number >= $4' else '' end
        || case when last_page is not null then ' and i.page_number <= $5' else '' end;
    found_rows integer;
begin
    select p.part, p.dimensions into opened from index_parts p
    where p.knowledge_base_id = base and p.generation = of_generation and p.ready_at is not null;
    if not found or at_most = 0 or opened.dimensions <> vector_dims(question) then
        return;
    end if;
    perform set_config('hnsw.ef_search', greatest(100, least(at_most, 1000))::text, true),
        set_config('hnsw.iterative_scan', 'strict_order', true);
    return query execute format(
        'select i.id, 1 - (i.embedding::halfvec(%2$s) <=> $1::halfvec(%2$s)), false
        from indexed_chunks i
        where i.part = %1$s and not i.faint %3$s
        order by i.embedding::halfvec(%2$s) <=> $1::halfvec(%2$s)
        limit $2', opened.part, opened.dimensions, fits)
    using question, at_most, documents, first_page, last_page;
    get diagnostics found_rows = row_count;
    if found_rows < at_most then
        return query execute format(
            'select i.id, 1 - (i.embedding::halfvec(%2$s) <=> $1::halfvec(%2$s)), true
            from indexed_chunks i
            where i.part = %1$s and i.faint and i.embedding is not null %3$s
            order by i.embedding::halfvec(%2$s) <=> $1::halfvec(%2$s)
            limit $2', opened.part, opened.dimensions, fits)
        using question, at_most - found_rows, documents, first_page, last_page;
    end if;
end $$;

-- Finds the best chunks by words with the GIN index of a large generation, about as BM25 orders them. It reads chunks with
-- any of the rare words, and with at least m of the rarest words; m goes down until enough are found or the lists to read
-- become too long. So its cost is bounded. As the owner, because policies prevent the index's use; so it checks tenant,
-- personal owner and hidden documents itself, and returns ids only.
--   queries, chunks, times: for each word of the question its query, in how many chunks it stands, and how often it counts
--   mean: the mean length of a chunk; total: the number of chunks
create or replace function words_indexed(
        base uuid, of_generation integer, of_configuration text, queries text[], chunks double precision[],
        times double precision[], mean double precision, total double precision, at_most integer, of_documents boolean,
        documents uuid[], first_page integer, last_page integer) returns table (id uuid)
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp rows 100 as $$
declare
    -- Measured: see RATIONALE.md.
    most_drivers constant integer := 5;
    enough constant integer := 30;
    most_rows constant integer := 1500;
    most_rare constant double precision := 1000;
    reach constant double precision := 12000;
    part integer;
    hidden uuid[];
    words text[];
    counts double precision[];
    scoring text;
    rare text;
    drivers integer;
    needed integer;
    wanted text;
    found_ids uuid[];
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
      and (current_user_id() is null or b.knowledge_base_type <> 'personal' or b.owner_id = current_user_id());
    if not found or at_most = 0 or cardinality(queries) = 0 then
        return;
    end if;
    hidden := array(select h.id from hidden_knowledge_documents() h (id));
    select array_agg('(' || w.query || ')' order by w.chunks, w.query), array_agg(w.chunks order by w.chunks, w.query),
        string_agg(format('%s * ts_rank(''{0.5, 0.5, 0.5, 1.0}'', i.search_vector, %L::tsquery)',
            w.times * ln(1 + (greatest(total, w.chunks) - w.chunks + 0.5) / (w.chunks + 0.5)), w.query), ' + ')
    into words, counts, scoring
    from (select u.query, greatest(u.chunks, 1) as chunks, u.times from unnest(queries, chunks, times) u (query, chunks, times)) w;
    for i in 1..cardinality(words) loop
        exit when (select sum(c) from unnest(counts[1:i]) c) > most_rare;
        rare := concat_ws(' | ', rare, words[i]);
    end loop;
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
    loop
        wanted := concat_ws(' | ', rare, at_least_words(words[1:drivers], needed));
        execute format(
            'select array_agg(f.id), coalesce(max(f.rows), 0) from (
                select i.id, count(*) over () as rows
                from (
                    select i.id, i.search_vector
                    from public.indexed_chunks_%1$s i
                    where i.search_vector @@ %2$L::tsquery and i.search_config = $1 and i.document_id <> all ($2) %3$s
                    limit %4$s) i
                order by (%5$s) / (0.8 + 0.2 * length(i.search_vector) / $7) desc, i.id
                limit %6$s) f',
            part, wanted,
            case when of_documents then 'and i.document_id = any ($3) ' else '' end
                || case when first_page is not null then 'and i.page_number >= $4 ' else '' end
                || case when last_page is not null then 'and i.page_number <= $5 ' else '' end,
            most_rows, scoring, at_most)
        into found_ids, found_rows using of_configuration, hidden, documents, first_page, last_page, base, greatest(mean, 1);
        -- The next step reads the lists of its drivers - needed + 2 rarest words.
        exit when needed <= 1 or found_rows >= least(enough, at_most)
            or (select sum(c) from unnest(counts[1:drivers - needed + 2]) c)
                > reach * case when found_rows < 10 then 2 else 1 end;
        needed := needed - 1;
    end loop;
    return query select f.id from unnest(found_ids) f (id);
end $$;

revoke execute on function
    words_indexed(
        uuid, integer, text, text[], double precision[], double precision[], double precision, double precision, integer,
        boolean, uuid[], integer, integer) from public;
grant execute on function
    words_indexed(
        uuid, integer, text, text[], double precision[], double precision[], double precision, double precision, integer,
        boolean, uuid[], integer, integer) to arketic_app;
