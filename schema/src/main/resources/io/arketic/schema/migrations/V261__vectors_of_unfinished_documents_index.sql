-- Counts the vectors of unfinished documents.
set lock_timeout = 0;
drop index concurrently if exists idx_embedding_cache_unfinished;
create index concurrently idx_embedding_cache_unfinished on embedding_cache (organization_id) where unfinished;
reset lock_timeout;
