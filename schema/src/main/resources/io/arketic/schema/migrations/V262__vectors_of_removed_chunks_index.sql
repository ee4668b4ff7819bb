-- Finds the oldest vectors of removed chunks beside many of unfinished documents.
set lock_timeout = 0;
drop index concurrently if exists idx_embedding_cache_removed;
create index concurrently idx_embedding_cache_removed on embedding_cache (organization_id, number) where not unfinished;
reset lock_timeout;
