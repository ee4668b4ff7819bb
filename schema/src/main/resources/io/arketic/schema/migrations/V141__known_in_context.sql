-- Vectors of texts in their context are known to their organization, as those of texts alone are. Nothing here keeps
-- readers or writers out, so it may wait for those who were there before.
set lock_timeout = 0;
drop index concurrently if exists idx_chunk_known_context;
create index concurrently idx_chunk_known_context
    on knowledge_chunks (organization_id, embedded_hash, embedding_model) where embedded_hash is not null;
reset lock_timeout;
