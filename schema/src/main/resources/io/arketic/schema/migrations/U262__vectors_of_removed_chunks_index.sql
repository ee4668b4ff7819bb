drop index if exists idx_embedding_cache_removed;
