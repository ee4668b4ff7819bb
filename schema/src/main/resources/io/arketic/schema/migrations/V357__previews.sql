-- Previews of files of the drive. They belong to the bytes, and go with them. A row with a reason says that there is none.
create table document_previews (
    organization_id uuid not null default current_organization_id(),
    blob_id uuid primary key,
    reason varchar(20),
    page_object varchar(500) check (page_object like organization_id || '/%'),
    thumbnail_object varchar(500) check (thumbnail_object like organization_id || '/%'),
    created_at timestamptz not null default now(),
    check (num_nulls(page_object, thumbnail_object) = case when reason is null then 0 else 2 end),
    foreign key (organization_id, blob_id) references document_blobs (organization_id, id) on delete cascade
);
create index idx_document_preview_organization on document_previews (organization_id, blob_id);
alter table document_previews enable row level security;
alter table document_previews force row level security;
-- Seen with a document or a version of these bytes.
create policy preview_rows on document_previews to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from documents d where d.blob_id = document_previews.blob_id));
create policy definer_all on document_previews to arketic_owner using (true);
grant select, insert, update on document_previews to arketic_app;

create or replace function keep_preview() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op <> 'INSERT' and old.page_object is not null then
        insert into removed_objects (object_key, store)
        values (old.page_object, 'documents'), (old.thumbnail_object, 'documents')
        on conflict (object_key) do update set remove_after = now();
    end if;
    if tg_op <> 'DELETE' then
        delete from removed_objects r where r.object_key in (new.page_object, new.thumbnail_object);
    end if;
    return null;
end $$;
create trigger document_previews_keep after insert or update or delete on document_previews
    for each row execute function keep_preview();
