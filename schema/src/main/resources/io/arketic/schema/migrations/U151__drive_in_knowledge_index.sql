drop index if exists idx_knowledge_doc_source;
