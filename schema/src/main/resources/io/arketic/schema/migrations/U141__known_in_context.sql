drop index if exists idx_chunk_known_context;
