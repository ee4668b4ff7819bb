select c.id, c.document_id, c.document_version, c.knowledge_base_id, c.generation, c.filename, c.file_path,
    c.chunk_index, c.chunk_type, c.page_number, c.start_offset, c.end_offset, c.title, c.content, f.score,
    1 - (c.embedding <=> q.embedding) as similarity, not exists (
        select from chunk_notes o
        where o.document_id = c.document_id and o.content_hash = c.content_hash and not o.enabled) as enabled
from spread f
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
