create index idx_chunk_live_alone on knowledge_chunks (knowledge_base_id, generation);
drop index idx_chunk_live;
alter index idx_chunk_live_alone rename to idx_chunk_live;
