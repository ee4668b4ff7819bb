drop index if exists idx_chunk_note_disabled;
