-- Former versions in the order in which they are kept, and the versions that answers cite.
set lock_timeout = 0;
drop index concurrently if exists idx_document_former_version;
create index concurrently idx_document_former_version on documents (organization_id, version_of_id, version_number desc)
    include (id) where version_of_id is not null;
drop index concurrently if exists idx_citation_source;
create index concurrently idx_citation_source on message_citations (source_document_id, source_version)
    where source_document_id is not null;
reset lock_timeout;
