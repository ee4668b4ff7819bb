with asked as materialized (
    -- The knowledge bases that the caller may see, and what is live in them or asked for.
    select b.id, coalesce(?::integer, b.active_generation) as generation, b.total_chunks,
        coalesce(?::double precision, b.similarity_threshold) as threshold
    from knowledge_bases b
    where b.id = any (?::uuid[]) and b.is_active
),
questions as materialized (
    select q.model, q.literal::vector as embedding, string_to_array(q.languages, ',') as languages
    from unnest(?::text[], ?::text[], ?::text[]) q (model, literal, languages)
),
by_vector as materialized (
    -- Similarities of two models do not compare, so each model ranks its own.
    select n.id, n.similarity, n.threshold,
        row_number() over (partition by q.model order by n.similarity desc, n.id) as rank,
        -- In a language that the model does not know, vectors order little more than what words leave open.
        case when d.language is null or split_part(d.language, '-', 1) = any (q.languages)
            then 1.0 else 0.02 end::double precision as weight
    from questions q
    cross join lateral (
        select c.id, c.document_id, 1 - (c.embedding <=> q.embedding) as similarity, a.threshold
        from asked a
        join knowledge_chunks c on c.knowledge_base_id = a.id and c.generation = a.generation
        where c.embedding_model = q.model
        order by c.embedding <=> q.embedding, c.id
        limit ?
    ) n
    left join lateral (
        -- The offset keeps the planner at one look-up for each.
        select o.language from knowledge_documents o where o.id = n.document_id and cardinality(q.languages) > 0
        offset 0
    ) d on true
),
words as materialized (
    select w.plain, w.turkish, w.folded, w.position
    from unnest(?::text[], ?::text[], ?::text[]) with ordinality w (plain, turkish, folded, position)
),
configurations as materialized (
    select distinct d.search_config as name
    from asked a
    join knowledge_documents d on d.knowledge_base_id = a.id
    where d.search_config is not null and exists (select from words)
),
terms as materialized (
    -- Each word of the question as each language in question stores it, with its accents and without; a chunk that has
    -- one of the two counts half. Stop words fall away.
    select e.configuration, min(e.word) as word, e.query
    from (
        select g.name as configuration, w.position as word,
            string_agg(
                distinct '''' || replace(replace(l.lexeme, '\', '\\'), '''', '''''') || '''', ' | ')::tsquery as query
        from configurations g
        cross join words w
        cross join lateral to_tsvector(
            g.name::regconfig, case g.name when 'turkish' then w.turkish else w.plain end) own (lexemes)
        cross join lateral unnest(tsvector_to_array(
            own.lexemes || to_tsvector(g.name::regconfig, w.folded))) l (lexeme)
        where own.lexemes <> ''
        group by g.name, w.position
    ) e
    group by e.configuration, e.query
),
stop_words as materialized (
    -- Where a question is made of stop words alone, its literal text is looked for.
    select g.name as configuration, p.pattern
    from configurations g
    cross join (select ?::text as pattern) p
    where p.pattern is not null and not exists (select from terms t where t.configuration = g.name)
),
matches as materialized (
    select c.id, t.word, ts_rank('{0.5, 0.5, 0.5, 1.0}', c.search_vector, t.query)::double precision as weight
    from asked a
    join knowledge_chunks c on c.knowledge_base_id = a.id and c.generation = a.generation
    join terms t on t.configuration = c.search_config and c.search_vector @@ t.query
    union all
    select c.id, 0, case when c.title ~* s.pattern then 1.0 else 0.5 end::double precision
    from stop_words s
    cross join asked a
    join knowledge_chunks c on c.knowledge_base_id = a.id and c.generation = a.generation
        and c.search_config = s.configuration
    where c.content ~* s.pattern or c.title ~* s.pattern
),
by_text as materialized (
    select n.id, n.score, row_number() over (order by n.score desc, n.id) as rank
    from (
        select f.id, sum(f.weight * ln(
                1 + (greatest((select sum(total_chunks)::double precision from asked), f.chunks) - f.chunks + 0.5)
                    / (f.chunks + 0.5))) as score
        from (select m.id, m.weight, count(*) over (partition by m.word)::double precision as chunks from matches m) f
        group by f.id
        order by score desc, f.id
        limit ?
    ) n
),
fused as materialized (
    select coalesce(v.id, t.id) as id,
        case ?
            when 'VECTOR' then v.similarity
            when 'TEXT' then t.score
            else coalesce(v.weight / (60 + v.rank), 0) + coalesce(1.0::double precision / (60 + t.rank), 0)
        end as score
    from by_vector v
    full join by_text t on t.id = v.id
    where t.id is not null or v.similarity >= v.threshold
    order by score desc, 1
    limit ?
)
select c.id, c.document_id, c.document_version, c.knowledge_base_id, c.generation, c.filename, c.file_path,
    c.chunk_index, c.chunk_type, c.page_number, c.start_offset, c.end_offset, c.title, c.content, f.score,
    1 - (c.embedding <=> q.embedding) as similarity
from fused f
cross join lateral (
    -- The offset keeps the planner at one look-up for each.
    select c.*, d.filename, d.file_path
    from knowledge_chunks c
    join knowledge_documents d on d.id = c.document_id
    where c.id = f.id
    offset 0
) c
left join questions q on q.model = c.embedding_model
order by f.score desc, f.id
