-- Uploads of large files in parts. An upload that is not complete reserves its whole size; each part is an object of its own
-- until the file is put together.

create table document_uploads (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    owner_id uuid not null default current_user_id(),
    parent_id uuid,
    share_level share_level not null,
    name varchar(255) not null,
    mime_type varchar(100) not null,
    file_size bigint not null check (file_size >= 0),
    file_hash varchar(64),
    part_size integer not null check (part_size > 0),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null default now() + interval '1 day',
    -- Held by the request that puts the file together, while it renews the time.
    claim uuid,
    claimed_until timestamptz,
    -- What the parts make, where it is not the promised hash; empty again when a part changes.
    refused_digest varchar(64),
    completed_at timestamptz,
    stored_as uuid,
    constraint uq_document_upload_organization unique (organization_id, id),
    foreign key (organization_id) references organizations on delete cascade,
    foreign key (owner_id) references users on delete cascade
);
create index idx_document_upload_owner on document_uploads (owner_id, id);
create index idx_document_upload_expiry on document_uploads (expires_at);

create table document_upload_parts (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    upload_id uuid not null,
    part_number integer not null check (part_number > 0),
    file_size bigint not null check (file_size > 0),
    file_hash varchar(64) not null,
    object_key varchar(500) not null check (object_key like organization_id || '/%'),
    -- Until when a link lets the client write the object; null for a part that came through the API, and -infinity for one of
    -- these whose bytes are doubted.
    linked_until timestamptz,
    received_at timestamptz,
    constraint uq_document_upload_part unique (upload_id, part_number),
    foreign key (organization_id, upload_id) references document_uploads (organization_id, id) on delete cascade
);
create index idx_document_upload_part_organization on document_upload_parts (organization_id, upload_id);

alter table document_uploads enable row level security;
alter table document_uploads force row level security;
alter table document_upload_parts enable row level security;
alter table document_upload_parts force row level security;
-- An upload is its user's alone.
create policy upload_rows on document_uploads to arketic_app
    using (
        organization_id = (select current_organization_id()) and owner_id = (select current_user_id()));
create policy part_rows on document_upload_parts to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from document_uploads u where u.id = document_upload_parts.upload_id));
create policy operator_read on document_uploads for select to arketic_ops using (true);
create policy operator_read on document_upload_parts for select to arketic_ops using (true);
create policy definer_all on document_uploads to arketic_owner using (true);
create policy definer_all on document_upload_parts to arketic_owner using (true);
grant select, insert, update, delete on document_uploads, document_upload_parts to arketic_app;
grant select on document_uploads, document_upload_parts to arketic_ops;

create or replace function count_document_upload() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op <> 'DELETE' and new.completed_at is null then
        perform count_storage(new.organization_id, new.file_size, true);
    end if;
    if tg_op <> 'INSERT' and old.completed_at is null then
        perform count_storage(old.organization_id, -old.file_size, false);
    end if;
    return null;
end $$;
create or replace function keep_upload_part() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op <> 'INSERT' and (tg_op = 'DELETE' or new.object_key <> old.object_key) then
        insert into removed_objects (object_key, store, remove_after)
        values (old.object_key, 'documents', greatest(now(), old.linked_until + interval '1 day'))
        on conflict (object_key) do update set remove_after = excluded.remove_after;
    end if;
    if tg_op <> 'DELETE' then
        delete from removed_objects r where r.object_key = new.object_key;
    end if;
    return null;
end $$;
create trigger document_uploads_count after insert or delete or update of completed_at on document_uploads
    for each row execute function count_document_upload();
create trigger document_upload_parts_keep after insert or delete or update of object_key on document_upload_parts
    for each row execute function keep_upload_part();
