-- The chunks that either signal brought, with their place at each stage.
select c.id, c.document_id, d.filename, c.chunk_index, c.start_offset, c.end_offset, c.page_number, left(c.content, 400),
    v.place, v.similarity, w.place, w.score, f.place, f.score, not exists (
        select from chunk_notes o
        where o.document_id = c.document_id and o.content_hash = c.content_hash and not o.enabled)
from (select v.id from by_vector v union select t.id from by_text t) k
join knowledge_chunks c on c.id = k.id
join knowledge_documents d on d.id = c.document_id
left join (
    select v.id, v.similarity, row_number() over (order by v.faint, v.similarity desc, v.id) as place from by_vector v) v
    on v.id = k.id
left join (
    select s.id, s.score,
        row_number() over (
            order by s.faint and not (select f.low_quality from filter f), s.score desc, s.id) as place
    from scored s
    join by_text t on t.id = s.id) w
    on w.id = k.id
left join (select s.id, s.score, row_number() over (order by s.score desc, s.id) as place from spread s) f on f.id = k.id
order by f.place nulls last, v.place nulls last, w.place
