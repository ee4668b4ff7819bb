-- What users say of a document, by keys of their own: {"department": "legal"}. Null where nothing is said.
alter table knowledge_documents add column metadata jsonb;
alter table knowledge_documents add constraint chk_document_metadata
    check (jsonb_typeof(metadata) = 'object' and metadata <> '{}') not valid;
