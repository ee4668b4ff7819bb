-- By the drive's document: its name, and what is to be hidden or deleted with it.
set lock_timeout = 0;
drop index concurrently if exists idx_knowledge_doc_source;
create index concurrently idx_knowledge_doc_source on knowledge_documents (source_document_id)
    where source_document_id is not null;
reset lock_timeout;
