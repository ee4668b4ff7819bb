drop trigger group_members_access on group_members;
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
create or replace function search_knowledge_documents(words text, at_most integer) returns table (
        id uuid, knowledge_base_id uuid, rank real)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.id, d.knowledge_base_id, ts_rank(d.search_vector, q)
    from coalesce(websearch_to_tsquery('simple', words) || websearch_to_tsquery('simple', folded(words))) q
    join knowledge_documents d on d.search_vector @@ q
    join knowledge_bases b on b.id = d.knowledge_base_id
    where d.organization_id = current_organization_id() and d.status <> 'deleted'
      and (
        current_user_id() is null
        or b.knowledge_base_type <> 'personal'
        or b.owner_id = current_user_id())
    and d.id not in (select h.id from hidden_knowledge_documents() h (id))
    order by 3 desc, 1 desc
    limit at_most
$$;
create or replace function search_knowledge_documents(
        words text, base uuid, only_status document_status, after uuid, at_most integer) returns table (id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.id
    from knowledge_documents d
    join knowledge_bases b on b.id = d.knowledge_base_id and b.organization_id = d.organization_id
    where d.organization_id = current_organization_id() and d.knowledge_base_id = base and d.id < after
      and case when only_status is null then d.status <> 'deleted' else d.status = only_status end
      and d.search_vector @@ (
        websearch_to_tsquery('simple', words) || websearch_to_tsquery('simple', folded(words)))
      and (
        current_user_id() is null
        or b.knowledge_base_type <> 'personal'
        or b.owner_id = current_user_id())
    and d.id not in (select h.id from hidden_knowledge_documents() h (id))
    order by d.id desc
    limit at_most
$$;
drop function share_knowledge_base(uuid, uuid[], uuid[], text[]);
drop function knowledge_right(knowledge_base_type, uuid, uuid);
drop function granted_knowledge(text);
drop function knowledge_shown(knowledge_base_type, uuid, uuid, uuid, uuid[]);
drop table knowledge_shares;
