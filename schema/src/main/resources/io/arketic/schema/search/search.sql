with asked as materialized (
    -- The knowledge bases that the caller may see, and what is live in them or asked for.
    select b.id, b.organization_id, coalesce(w.generation, b.active_generation) as generation, b.total_chunks,
        coalesce(w.threshold, b.similarity_threshold) as threshold, p.part, p.embedding_model
    from (select ?::integer as generation, ?::double precision as threshold) w
    cross join knowledge_bases b
    left join index_parts p
        on p.knowledge_base_id = b.id and p.generation = coalesce(w.generation, b.active_generation) and p.ready_at is not null
    where b.id = any (?::uuid[]) and b.is_active
),
filter as materialized (
    select ?::boolean as documents_given, ?::uuid[] as documents, ?::text[] as paths, ?::text[] as file_types,
        ?::text[] as languages, ?::timestamptz as since, ?::timestamptz as before, ?::text as title, ?::text as author,
        ?::text[] as keys, ?::text[] as key_values, ?::integer as first_page, ?::integer as last_page, ?::text[] as phrases, ?::text[] as without,
        ?::boolean as low_quality, ?::boolean as disabled
),
filtered as materialized (
    -- The documents that the filter leaves, where it says anything of documents.
    select d.id, d.knowledge_base_id, d.chunk_count
    from asked a
    join knowledge_documents d on d.knowledge_base_id = a.id
    join filter f on f.documents_given
        and (f.documents = '{}' or d.id = any (f.documents))
        and (f.file_types = '{}' or lower(d.file_type) = any (f.file_types))
        and (f.languages = '{}' or lower(d.language) = any (f.languages)
            or lower(split_part(d.language, '-', 1)) = any (f.languages))
        and (f.since is null or coalesce(d.document_created_at, d.object_last_modified) >= f.since)
        and (f.before is null or coalesce(d.document_created_at, d.object_last_modified) < f.before)
        and (f.title is null or strpos(lower(concat_ws(' ', d.title, d.filename)), lower(f.title)) > 0)
        and (f.author is null or strpos(lower(d.author), lower(f.author)) > 0)
        and not exists (
            -- Each key with one of its values.
            select from unnest(f.keys) wanted (key)
            where not exists (
                select from unnest(f.keys, f.key_values) w (key, value)
                where w.key = wanted.key and w.value = d.metadata ->> w.key))
        and (f.paths = '{}' or exists (
            -- The object's key is the organization, the knowledge base and the path below it.
            select from unnest(f.paths) p (path)
            where starts_with(d.file_path || '/', concat(
                split_part(d.file_path, '/', 1), '/', split_part(d.file_path, '/', 2), '/', p.path, '/')))
            -- A file of the drive lies in the drive's folders.
            or d.source_document_id is not null and exists (
                select
                from documents s
                cross join unnest(f.paths) p (path)
                where s.id = d.source_document_id
                    and starts_with(path_below(s.folder_path, s.name) || '/', '/' || p.path || '/')))
),
disabled as materialized (
    -- The texts of chunks that users switched off, unless they are to be shown.
    select n.knowledge_base_id, n.document_id, n.content_hash
    from asked a
    join chunk_notes n on n.knowledge_base_id = a.id and not n.enabled
    where not (select f.disabled from filter f)
),
routes as materialized (
    -- How the chunks of each are read: all of them; those of the documents that a filter leaves, where these are few; or by the
    -- indexes of a large generation. Phrases are looked for in all. Where reading some chunks takes as long as filtering what an
    -- index gives: see RATIONALE.md.
    select a.*, case
            when a.part is null or f.phrases <> '{}' or f.without <> '{}' then 'all'
            when f.documents_given and d.chunks <= 17 * sqrt(a.total_chunks) then 'documents'
            else 'index'
        end as route, f.documents_given, case when f.documents_given then d.ids end as documents, f.first_page, f.last_page,
        -- How many chunks are switched off, up to 500. An index has them, too, so as many more are asked of it. Each text is looked up
        -- by its hash, also in a document of many chunks.
        case when a.part is null then 0 else (
            select count(*)::integer
            from (
                select
                from disabled o
                cross join lateral (
                    select from knowledge_chunks c
                    where c.organization_id = a.organization_id and c.content_hash = o.content_hash
                        and c.document_id = o.document_id and c.generation = a.generation
                    offset 0) c
                where o.knowledge_base_id = a.id
                limit 500
            ) s
        ) end as more
    from asked a
    cross join filter f
    cross join lateral (
        select coalesce(sum(d.chunk_count), 0) as chunks, array_agg(d.id) as ids
        from filtered d
        where d.knowledge_base_id = a.id and a.part is not null
    ) d
),
questions as materialized (
    select q.model, q.literal::vector as embedding, string_to_array(q.languages, ',') as languages
    from unnest(?::text[], ?::text[], ?::text[]) q (model, literal, languages)
),
sizes as materialized (select ?::integer as nearest),
by_vector as materialized (
    -- The nearest chunks of each model; similarities of two models do not compare. What says next to nothing comes last.
    select n.id, n.similarity, n.threshold, n.indexed, n.faint
    from questions q
    cross join lateral (
        select m.id, m.similarity, m.threshold, m.indexed, m.faint
        from (
            (select c.id, 1 - (c.embedding <=> q.embedding) as similarity, a.threshold, false as indexed,
                coalesce(c.relevance_score, 1) < 0.1 as faint
            from routes a
            join knowledge_chunks c on c.knowledge_base_id = a.id and c.generation = a.generation
            where a.route = 'all' and c.embedding_model = q.model
                and {fits}
            order by coalesce(c.relevance_score, 1) < 0.1, c.embedding <=> q.embedding, c.id
            limit (select s.nearest from sizes s))
            union all
            select c.id, 1 - (c.embedding <=> q.embedding), a.threshold, false, coalesce(c.relevance_score, 1) < 0.1
            from routes a
            join filtered d on d.knowledge_base_id = a.id
            cross join lateral (
                select c.* from knowledge_chunks c where c.document_id = d.id and c.generation = a.generation offset 0) c
            where a.route = 'documents' and c.embedding_model = q.model
                and {fits}
            union all
            select n.id, n.similarity, a.threshold, true, n.faint
            from routes a
            cross join sizes s
            cross join lateral nearest_indexed(
                a.id, a.generation, q.embedding, case when s.nearest > 0 then s.nearest + a.more else 0 end, a.documents_given,
                a.documents, a.first_page, a.last_page) n
            where a.route = 'index' and a.embedding_model = q.model
                and (a.more = 0 or exists (select from knowledge_chunks c where c.id = n.id and {enabled}))
        ) m
        order by m.faint, m.similarity desc, m.id
        limit (select s.nearest from sizes s)
    ) n
),
words as materialized (
    select w.plain, w.turkish, w.folded, w.name, w.position
    from unnest(?::text[], ?::text[], ?::text[], ?::boolean[]) with ordinality w (plain, turkish, folded, name, position)
),
configurations as materialized (
    select c.name, sum(c.chunks)::double precision as chunks
    from (
        select d.search_config as name, d.chunk_count as chunks
        from routes a
        join knowledge_documents d on d.knowledge_base_id = a.id
        where a.route <> 'index' and d.search_config is not null
        union all
        select w.configuration, w.chunks
        from routes a
        join indexed_words w on w.part = a.part and w.lexeme = ''
        where a.route = 'index'
    ) c
    where exists (select from words)
    group by c.name
),
terms as materialized (
    -- Each word of the question as each language in question stores it, with its accents and without; a chunk that has
    -- one of the two counts half. So does one whose word only begins like one with a digit, as codes are typed in part.
    -- Stop words fall away. A word counts as often as the question says it.
    select e.configuration, min(e.word) as word, e.query, e.exact, count(*)::double precision as times,
        min(e.lexemes) as lexemes, min(e.beginnings) as beginnings
    from (
        select g.name as configuration, w.position as word, array_agg(distinct l.lexeme) as lexemes,
            array_agg(distinct l.lexeme) filter (where part.mark <> '') as beginnings,
            string_agg(distinct '''' || replace(replace(l.lexeme, '\', '\\'), '''', '''''') || '''', ' | ')::tsquery
                as exact,
            string_agg(
                distinct '''' || replace(replace(l.lexeme, '\', '\\'), '''', '''''') || '''' || part.mark, ' | ')::tsquery
                as query
        from configurations g
        cross join words w
        cross join lateral to_tsvector(
            g.name::regconfig, case g.name when 'turkish' then w.turkish else w.plain end) own (lexemes)
        cross join lateral unnest(tsvector_to_array(
            own.lexemes || to_tsvector(g.name::regconfig, w.folded))) l (lexeme)
        join (values (''), (':*')) part (mark) on part.mark = '' or l.lexeme ~ '[0-9]' and length(l.lexeme) >= 4
        where own.lexemes <> ''
        group by g.name, w.position
    ) e
    group by e.configuration, e.query, e.exact
),
stop_words as materialized (
    -- Where a question is made of stop words alone, its literal text is looked for.
    select g.name as configuration, p.pattern
    from configurations g
    cross join (select ?::text as pattern) p
    where p.pattern is not null and not exists (select from terms t where t.configuration = g.name)
),
stopped as materialized (
    -- A word that one language passes over stands in nearly every chunk of it: in the others it is no rare one.
    select w.position as word, sum(g.chunks) as chunks
    from words w
    cross join configurations g
    where exists (select from terms t where t.word = w.position)
        and to_tsvector(g.name::regconfig, case g.name when 'turkish' then w.turkish else w.plain end) = ''
    group by w.position
),
kept as materialized (
    -- In how many chunks of a large generation each word stands, and how many words those have, when they were counted. Chunks
    -- with one form of a word often have the other, so the more frequent form counts. What begins with a code has counts of its own.
    select a.id, a.generation, a.total_chunks, a.documents_given, a.documents, a.first_page, a.last_page, t.configuration, t.word,
        t.query, t.exact::text as exact, t.times, greatest(f.chunks, b.chunks, 1)::double precision as chunks,
        greatest(f.chunks, 1)::double precision as exact_chunks,
        greatest(f.length, b.length, 0)::double precision as length
    from routes a
    cross join terms t
    cross join lateral (
        select max(w.chunks) as chunks, max(w.length) as length from indexed_words w
        where w.part = a.part and w.configuration = t.configuration and w.lexeme = any (t.lexemes)
    ) f
    cross join lateral (
        select sum(w.chunks) as chunks, sum(w.length) as length
        from unnest(t.beginnings) p (beginning)
        join indexed_words w on w.part = a.part and w.configuration = t.configuration
            and w.lexeme = (left(
                p.beginning, greatest(12, length(substring(p.beginning from '^[^0-9]*')) + 1)) || ':*') collate "C"
    ) b
    where a.route = 'index'
),
most as materialized (select ?::integer as worded),
by_index as materialized (
    -- The best by the words of large generations, about.
    select n.id
    from (
        select k.id, k.generation, k.configuration, max(k.total_chunks)::double precision as total,
            sum(k.length) / sum(k.chunks) as mean, array_agg(k.query::text order by k.word) as queries,
            array_agg(k.chunks order by k.word) as chunks, array_agg(k.exact order by k.word) as exact,
            array_agg(k.exact_chunks order by k.word) as exact_chunks, array_agg(k.times order by k.word) as times
        from kept k
        group by k.id, k.generation, k.configuration
    ) g
    join routes a on a.id = g.id
    cross join most m
    cross join lateral words_indexed(
        g.id, g.generation, g.configuration, g.queries, g.chunks, g.exact, g.exact_chunks, g.times, g.mean, g.total,
        case when m.worded > 0 then m.worded + a.more else 0 end, a.documents_given, a.documents, a.first_page, a.last_page) n
    where a.more = 0 or exists (select from knowledge_chunks c where c.id = n.id and {enabled})
),
indexed as materialized (
    -- What either signal brought from large generations; only its words are looked at.
    select v.id from by_vector v where v.indexed
    union
    select t.id from by_index t
),
matches as materialized (
    -- How often the word stands in the chunk: of one word, ts_rank is the sum of 1/i² for i = 1..n, times the weight, over
    -- its limit. The title, which is first, weighs twice as much, and so comes out at 2 and more. ts_rank takes a code and what
    -- begins with it for one word, so the code alone is ranked again.
    select c.id, c.document_id, t.word, t.times, length(c.search_vector)::double precision as length,
        1.64493406685 / 0.5 * (case when t.beginnings is null then ts_rank('{0.5, 0.5, 0.5, 1.0}', c.search_vector, t.query)
            else (ts_rank('{0.5, 0.5, 0.5, 1.0}', c.search_vector, t.query)
                + ts_rank('{0.5, 0.5, 0.5, 1.0}', c.search_vector, t.exact)) / 2 end)::double precision as series,
        false as indexed, coalesce(c.relevance_score, 1) < 0.1 as faint
    from routes a
    join knowledge_chunks c on c.knowledge_base_id = a.id and c.generation = a.generation
    join terms t on t.configuration = c.search_config and c.search_vector @@ t.query
    where a.route = 'all' and {fits}
    union all
    select c.id, c.document_id, t.word, t.times, length(c.search_vector),
        1.64493406685 / 0.5 * case when t.beginnings is null then ts_rank('{0.5, 0.5, 0.5, 1.0}', c.search_vector, t.query)
            else (ts_rank('{0.5, 0.5, 0.5, 1.0}', c.search_vector, t.query)
                + ts_rank('{0.5, 0.5, 0.5, 1.0}', c.search_vector, t.exact)) / 2 end, false,
        coalesce(c.relevance_score, 1) < 0.1
    from routes a
    join filtered d on d.knowledge_base_id = a.id
    cross join lateral (
        select c.* from knowledge_chunks c where c.document_id = d.id and c.generation = a.generation offset 0) c
    join terms t on t.configuration = c.search_config and c.search_vector @@ t.query
    where a.route = 'documents' and {fits}
    union all
    select c.id, c.document_id, t.word, t.times, length(c.search_vector),
        1.64493406685 / 0.5 * case when t.beginnings is null then ts_rank('{0.5, 0.5, 0.5, 1.0}', c.search_vector, t.query)
            else (ts_rank('{0.5, 0.5, 0.5, 1.0}', c.search_vector, t.query)
                + ts_rank('{0.5, 0.5, 0.5, 1.0}', c.search_vector, t.exact)) / 2 end, true,
        coalesce(c.relevance_score, 1) < 0.1
    from indexed i
    cross join lateral (
        select c.id, c.document_id, c.search_config, c.search_vector, c.relevance_score
        from knowledge_chunks c where c.id = i.id offset 0) c
    join terms t on t.configuration = c.search_config and c.search_vector @@ t.query
    union all
    select c.id, c.document_id, 0, 1, 1, case when c.title ~* s.pattern then 2.0 else 1.0 end::double precision, false,
        coalesce(c.relevance_score, 1) < 0.1
    from stop_words s
    cross join routes a
    cross join lateral (
        -- The offset keeps the planner from reading all chunks before it knows that there is no such question.
        select c.* from knowledge_chunks c
        where c.knowledge_base_id = a.id and c.generation = a.generation and c.search_config = s.configuration
        offset 0) c
    where (a.route <> 'index' or a.total_chunks <= 20000) and (c.content ~* s.pattern or c.title ~* s.pattern)
        and {fits}
    union all
    -- No index has stop words, so in a very large generation only the nearest chunks are compared.
    select c.id, c.document_id, 0, 1, 1, case when c.title ~* s.pattern then 2.0 else 1.0 end::double precision, true,
        coalesce(c.relevance_score, 1) < 0.1
    from stop_words s
    cross join indexed i
    cross join lateral (
        select c.* from knowledge_chunks c where c.id = i.id offset 0) c
    join routes a on a.id = c.knowledge_base_id and a.route = 'index' and a.total_chunks > 20000
    where c.search_config = s.configuration and (c.content ~* s.pattern or c.title ~* s.pattern)
),
counted as materialized (
    -- 1/n + 1/2 is nearly what the series lacks after n members. A title counts as one more.
    select m.id, m.faint, m.word, m.times,
        m.length / coalesce(
            (sum(m.length) filter (where not m.indexed) over () + (select sum(k.length) from kept k))
                / (count(*) filter (where not m.indexed) over () + (select sum(k.chunks) from kept k where k.length > 0)),
            avg(m.length) over ()) as length,
        case when m.series < 1.64493406685
            then 1 / greatest(1.64493406685 - m.series, 0.001) - 0.5
            else 1 / greatest(2.64493406685 - m.series, 0.001) + 0.5
        end as frequency,
        greatest(
            count(*) filter (where not m.indexed) over (partition by m.word) + coalesce(k.chunks, 0),
            count(*) over (partition by m.word)) + coalesce(s.chunks, 0) as chunks
    from matches m
    left join stopped s on s.word = m.word
    left join (select k.word, sum(k.chunks) as chunks from kept k group by k.word) k on k.word = m.word
),
covered as materialized (
    -- What a chunk of middle length scores that has each word of the question once. A question with a code asks for the code.
    select case when exists (select from words w where w.plain ~ '[0-9]' and length(w.plain) >= 4) then 0
        else coalesce(sum(x.weight), 0) end as score
    from (
        select max(c.times) * ln(1 + (greatest(max(n.total), max(c.chunks)) - max(c.chunks) + 0.5) / (max(c.chunks) + 0.5))
            as weight
        from counted c
        cross join (select sum(total_chunks)::double precision as total from asked) n
        group by c.word
    ) x
),
scored as materialized (
    select c.id, bool_or(c.faint) as faint, sum(c.times
            * ln(1 + (greatest(n.total, c.chunks) - c.chunks + 0.5) / (c.chunks + 0.5))
            * c.frequency * 1.9 / (c.frequency + 0.9 * (0.6 + 0.4 * c.length))) as score
    from counted c
    cross join (select sum(total_chunks)::double precision as total from asked) n
    group by c.id
),
about as materialized (
    -- Long documents that say the names in the question: all, where each stands in a tenth of their chunks. Chunks of short
    -- ones say them themselves.
    select n.document_id, sum(n.share) / (select count(*) from words w where w.name) as share
    from (
        select m.document_id, m.word, least(1, 10.0 * count(*) / max(d.chunk_count))::double precision as share
        from matches m
        join words w on w.position = m.word and w.name
        join knowledge_documents d on d.id = m.document_id and d.chunk_count > 2
        where not m.indexed
        group by m.document_id, m.word
        union all
        select n.document_id, n.word, least(1, 10 * n.share)
        from (
            select k.id, k.generation, array_agg(k.word) as words, array_agg(k.configuration) as configurations,
                array_agg(k.query::text) as queries
            from kept k
            join words w on w.position = k.word and w.name
            group by k.id, k.generation
        ) g
        cross join lateral words_of_documents(
            g.id, g.generation, array(
                -- Only the best are looked at: a share moves a chunk by a few places.
                select distinct d.id
                from matches m
                join (
                    (select s.id from scored s order by s.faint, s.score desc, s.id limit 40)
                    union all
                    (select v.id from by_vector v order by v.similarity desc, v.id limit 40)
                ) best on best.id = m.id
                join knowledge_documents d on d.id = m.document_id and d.chunk_count > 2
                where m.indexed and d.knowledge_base_id = g.id),
            g.words, g.configurations, g.queries) n
        where n.share > 0
    ) n
    group by n.document_id
),
by_text as materialized (
    -- What says next to nothing comes last, unless it is to be shown: it takes the place of no other.
    select s.id
    from scored s
    order by s.faint and not (select f.low_quality from filter f), s.score desc, s.id
    limit (select m.worded from most m)
),
candidates as materialized (
    -- What either signal brought, each measured by both.
    select coalesce(v.id, t.id) as id, coalesce(s.score, 0) as words, v.similarity
    from by_vector v
    full join by_text t on t.id = v.id
    left join scored s on s.id = coalesce(v.id, t.id)
    where t.id is not null or v.similarity >= v.threshold
),
spoken as materialized (
    -- The documents of candidates that say next to nothing, with other chunks that say more: these candidates are not shown.
    select d.document_id, d.generation
    from (
        select distinct c.document_id, c.generation
        from candidates r
        join knowledge_chunks c on c.id = r.id
        where coalesce(c.relevance_score, 1) < 0.1 and not (select f.low_quality from filter f)
    ) d
    where exists (
        select from knowledge_chunks c
        where c.document_id = d.document_id and c.generation = d.generation and coalesce(c.relevance_score, 1) >= 0.1
            and {enabled})
),
compared as materialized (
    -- In a language that the model does not know, vectors order little more than what words leave open: the similarity
    -- is drawn to the mean of the others. Where fewer than a twentieth of the candidates have such a language, it is taken
    -- for a wrong guess.
    select c.id, c.document_id, c.place, c.tabular, c.created, c.named, c.faint, c.words, c.model, c.similarity, coalesce(c.similarity * c.share
            + (1 - c.share) * avg(c.similarity) over (partition by c.model), 0) as meaning
    from (
        select k.id, k.document_id, k.place, k.tabular, k.created, k.named, k.faint, k.words, k.model, k.similarity,
            case when k.known or 20 * count(*) filter (where not k.known) over () < count(*) over () then 1.0
                else 0.02 end::double precision as share
        from (
            select r.id, k.document_id, k.place, k.tabular, k.created, k.named, k.faint,
                case when k.faint then 0.5 else 1 end * r.words as words, k.embedding_model as model,
                1 - (k.embedding <=> q.embedding) as similarity, -- of full precision
                coalesce(k.language is null or split_part(k.language, '-', 1) = any (q.languages)
                    or cardinality(q.languages) = 0, false) as known
            from candidates r
            cross join (select ?::text[] as patterns) n
            cross join lateral (
                -- The offset keeps the planner at one look-up for each.
                select c.document_id, c.chunk_index as place, c.chunk_type = 'table' as tabular, c.embedding,
                    c.embedding_model, d.language, d.document_created_at as created,
                    -- Chunks of before the score have none.
                    coalesce(c.relevance_score, 1) < 0.1 as faint,
                    coalesce(c.relevance_score, 1) < 0.1 and exists (
                        select from spoken p where p.document_id = c.document_id and p.generation = c.generation) as hidden, (
                        -- How many numbers of the question its name has; a name without a word is a number itself.
                        select count(*) filter (where concat_ws(' ', d.filename, d.title) ~* p.pattern)
                        from unnest(n.patterns) p (pattern)
                        where regexp_replace(d.filename, '[.][^.]*$', '') ~ '[[:alpha:]]{3}' or d.title ~ '[[:alpha:]]{3}'
                    ) as named
                from knowledge_chunks c
                join knowledge_documents d on d.id = c.document_id
                where c.id = r.id
                offset 0
            ) k
            left join questions q on q.model = k.embedding_model
            where not k.hidden
        ) k
    ) c
),
measured as materialized (
    -- The words' share of the best, or of seven tenths of the question's where the best has less, since words that leave
    -- most of a question open say little; and the similarity in standard deviations from its model's mean among the candidates:
    -- models spread their similarities differently. A spread below 0.01 orders nothing. The bounds keep the best words
    -- before what has none of them, also among a thousand lines of a log that are all alike. What says next to nothing,
    -- such as a page number, is no nearer than the mean, and half of its words count: it is found, but rarely first.
    select n.*,
        case s.mode
            when 'VECTOR' then n.similarity - case when n.faint then 1 else 0 end
            when 'TEXT' then n.words
            else n.words / greatest(max(n.words) over (), 0.7 * (select c.score from covered c), 0.000001)
                + 0.2 * least(case when n.faint then 0 else 3.9 end, greatest(-1, (n.meaning
                    - avg(n.meaning) over (partition by n.model))
                    / greatest(stddev_pop(n.meaning) over (partition by n.model), 0.01)))
        end as own
    from compared n
    cross join (select ?::text as mode) s
),
fused as materialized (
    -- A table rarely says what it shows, and the text beside it does. Where the latest document is asked for, its place by date counts; so do numbers of the question in the
    -- document's name, and names of the question in its text.
    select n.id, n.document_id, n.own
            + case when n.tabular then s.beside else 0 end * greatest(0,
                case when lag(n.place) over w = n.place - 1 then lag(n.own) over w end,
                case when lead(n.place) over w = n.place + 1 then lead(n.own) over w end)
            + case when s.recency > 0 and n.created is not null
                then s.recency * percent_rank() over (order by n.created nulls first) else 0 end
            + s.named * n.named + s.about * coalesce(a.share, 0) as score
    from measured n
    left join about a on a.document_id = n.document_id
    cross join (
        select ?::double precision as beside, ?::double precision as recency, ?::double precision as named,
            ?::double precision as about
    ) s
    window w as (partition by n.document_id order by n.place)
),
spread as materialized (
    -- Where several documents are asked for, each chunk of one leaves less room for its next.
    select f.id, f.score - s.spread * (row_number() over (partition by f.document_id order by f.score desc, f.id) - 1)
        as score
    from fused f
    cross join (select ?::double precision as spread) s
    order by score desc, f.id
    limit ?
)
