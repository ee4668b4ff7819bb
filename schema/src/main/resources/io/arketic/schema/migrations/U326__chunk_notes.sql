-- What a user wrote stays, at the chunks.
update knowledge_chunks c set keywords = n.keywords
from chunk_notes n
where n.document_id = c.document_id and n.content_hash = c.content_hash and n.keywords is not null;
drop table chunk_notes;
