-- Whether the chunk c says next to nothing beside others of its document, and is not to be shown.
coalesce(c.relevance_score, 1) < 0.1 and not (select f.low_quality from filter f) and exists (
    select from knowledge_chunks o
    where o.document_id = c.document_id and o.generation = c.generation and coalesce(o.relevance_score, 1) >= 0.1
        and ((select not exists (select from disabled))
            or (o.document_id, o.content_hash) not in (select n.document_id, n.content_hash from disabled n)))
