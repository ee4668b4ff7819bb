-- What makes a name the only one of its folder, a version the only one of its number; what a page of a folder reads.
-- Nothing here keeps readers or writers out, so it may wait for those who were there before.
set lock_timeout = 0;
drop index concurrently if exists uq_document_place_name;
drop index concurrently if exists uq_document_version;
drop index concurrently if exists uq_document_latest;
drop index concurrently if exists idx_doc_blob;
drop index concurrently if exists idx_doc_place_trash;
drop index concurrently if exists idx_doc_doomed;
drop index concurrently if exists idx_doc_folders;
-- A person may be in several organizations, and the place of what is private at the top is the person.
create unique index concurrently uq_document_place_name on documents (place_id, compared_name, organization_id)
    where deleted_at is null and version_of_id is null;
create unique index concurrently uq_document_version on documents (version_of_id, version_number)
    where version_of_id is not null;
create unique index concurrently uq_document_latest on documents ((coalesce(version_of_id, id))) where is_latest_version;
create index concurrently idx_doc_blob on documents (blob_id);
create index concurrently idx_doc_place_trash on documents (organization_id, id) where deleted_at is not null;
create index concurrently idx_doc_doomed on documents (id) where status = 'deleted' and deleted_at is not null;
create index concurrently idx_doc_folders on documents (organization_id, id)
    where document_type = 'folder' and deleted_at is null;
reset lock_timeout;
