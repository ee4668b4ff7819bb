drop index if exists idx_citation_source;
drop index if exists idx_document_former_version;
