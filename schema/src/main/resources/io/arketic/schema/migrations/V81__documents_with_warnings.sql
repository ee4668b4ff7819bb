-- Few documents have warnings, and those are listed, counted and read again by them.
set lock_timeout = 0;
drop index concurrently if exists idx_document_warned;
create index concurrently idx_document_warned on knowledge_documents (knowledge_base_id, id) where warnings is not null;
reset lock_timeout;
