-- Searches read the chunks that are off, and few are.
set lock_timeout = 0;
drop index concurrently if exists idx_chunk_note_disabled;
create index concurrently idx_chunk_note_disabled on chunk_notes (knowledge_base_id) where not enabled;
reset lock_timeout;
