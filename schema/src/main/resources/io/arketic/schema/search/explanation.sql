, sought as (
    -- Where a document's passage stands at each stage; the one that came farthest, where there are several.
    select c.id, c.chunk_index, c.start_offset, c.end_offset, c.page_number, c.embedding, c.embedding_model,
        1 - (c.embedding <=> q.embedding) as similarity, a.threshold,
        {enabled}
            as enabled,
        {fits}
            as fits,
        {hidden}
            as hidden,
        n.similarity is not null as by_vector, w.score as words, w.place as words_place, t.id is not null as by_words,
        r.score, r.place
    from asked a
    join knowledge_chunks c on c.knowledge_base_id = a.id and c.generation = a.generation
    join (select ?::uuid as document, ?::integer as at) e
        on c.document_id = e.document and (e.at is null or c.start_offset <= e.at and c.end_offset > e.at)
    left join questions q on q.model = c.embedding_model
    left join by_vector n on n.id = c.id
    left join (
        select s.id, s.score,
            row_number() over (
                order by s.faint and not (select f.low_quality from filter f), s.score desc, s.id) as place
        from scored s) w
        on w.id = c.id
    left join by_text t on t.id = c.id
    left join (select s.id, s.score, row_number() over (order by s.score desc, s.id) as place from spread s) r
        on r.id = c.id
    order by r.place nulls last, n.similarity desc nulls last, similarity desc nulls last, c.chunk_index
    limit 1
)
select s.id, s.chunk_index, s.start_offset, s.end_offset, s.page_number, coalesce(s.fits, false), s.similarity, s.threshold,
    s.by_vector, (
        select count(*) + 1
        from asked a
        join knowledge_chunks c on c.knowledge_base_id = a.id and c.generation = a.generation
        join questions q on q.model = c.embedding_model
        where c.embedding_model = s.embedding_model and 1 - (c.embedding <=> q.embedding) > s.similarity
            and {fits}
    ), s.words, s.words_place, s.by_words, s.score, s.place, (select count(*) from candidates), s.hidden, s.enabled
from sought s
