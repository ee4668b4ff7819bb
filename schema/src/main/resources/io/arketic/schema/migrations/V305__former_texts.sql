-- Keeps what the ingest read from a former version of a file of the drive, by its bytes, so that two versions can be compared
-- that are no text themselves. It goes with the last version of these bytes.
create table document_texts (
    organization_id uuid not null default current_organization_id(),
    blob_id uuid primary key,
    content text not null,
    foreign key (organization_id, blob_id) references document_blobs (organization_id, id) on delete cascade
);
alter table document_texts enable row level security;
alter table document_texts force row level security;
create policy text_rows on document_texts to arketic_app
    using (
        organization_id = (select current_organization_id())
        and blob_id in (select d.blob_id from documents d));
create policy definer_all on document_texts to arketic_owner using (true);
grant select on document_texts to arketic_app;

create or replace function keep_former_text() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into document_texts (organization_id, blob_id, content)
    select old.organization_id, b.id, old.extracted_text
    from document_blobs b
    where b.organization_id = old.organization_id and b.file_hash = old.indexed_file_hash
    on conflict (blob_id) do nothing;
    return null;
end $$;
create trigger knowledge_documents_former_text after update of extracted_text on knowledge_documents
    for each row when (
        old.source_document_id is not null and old.extracted_text is not null
        and old.indexed_file_hash is distinct from new.indexed_file_hash)
    execute function keep_former_text();
