-- The drive of an organization: folders and files in `documents`, their bytes by content, their former versions.
--
-- A document's row is its latest version and keeps its id. A former version is a row of its own that names the document in
-- version_of_id; it has no place among the folders.
--
-- SQLSTATEs of what the tree refuses: DR001 no such folder, DR002 documents of others in a private place, DR003 too deep,
-- DR004 a folder in itself, DR005 a folder in the trash.

alter table documents
    -- The name in NFC: what two names of one folder are compared by.
    add column compared_name text,
    -- The folder; at the top the organization, of a private document its owner.
    add column place_id uuid,
    add column blob_id uuid,
    add column version_at timestamptz not null default now();
alter table documents
    add constraint document_name check (name !~ '[/\\[:cntrl:]]' and name not in ('', '.', '..')) not valid,
    -- So there is exactly one latest version: the document itself.
    add constraint document_latest check (is_latest_version = (version_of_id is null)) not valid,
    add constraint document_file check (
        document_type <> 'folder' or (blob_id is null and version_of_id is null and file_size = 0)) not valid;

-- An object in the drive's bucket. An organization holds equal bytes once; two organizations never share them. The key is
-- new each time, so that removing an object never meets an upload of the same content.
create table document_blobs (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    file_hash varchar(64) not null,
    file_size bigint not null check (file_size >= 0),
    object_key varchar(500) not null,
    reference_count integer not null default 0,
    created_at timestamptz not null default now(),
    constraint uq_blob_content unique (organization_id, file_hash),
    constraint uq_blob_tenant unique (organization_id, id)
);
alter table document_blobs enable row level security;
alter table document_blobs force row level security;
create policy blob_rows on document_blobs to arketic_app
    using (organization_id = (select current_organization_id()));
create policy operator_read on document_blobs for select to arketic_ops using (true);
create policy definer_all on document_blobs to arketic_owner using (true);
grant select on document_blobs to arketic_app, arketic_ops;
alter table documents
    add constraint document_blob foreign key (organization_id, blob_id)
        references document_blobs (organization_id, id) not valid;

-- In which bucket beside that of the knowledge bases an object lies that is to be removed.
alter table removed_objects add column store varchar(20) not null default 'chats';

-- Enters the bytes that were written under a key, or finds those that the organization has; returns what holds them. The
-- caller refers to it in the same transaction. Of equal bytes the second object is removed soon.
create function keep_document_bytes(hash text, size bigint, key text)
    returns table (blob_id uuid, object_key text, file_size bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
    tenant uuid := current_organization_id();
begin
    if tenant is null or key not like tenant || '/%' then
        raise insufficient_privilege using message = 'the object is not the organization''s';
    end if;
    return query
        insert into document_blobs as b (organization_id, file_hash, file_size, object_key)
        values (tenant, hash, size, key)
        on conflict (organization_id, file_hash) do update set file_size = b.file_size
        returning b.id, b.object_key::text, b.file_size;
    delete from removed_objects r
    where r.object_key = key
      and exists (select from document_blobs b where b.organization_id = tenant and b.object_key = key);
    update removed_objects r set remove_after = now() where r.object_key = key;
end $$;

create function count_blob() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    held record;
begin
    if tg_op <> 'DELETE' and new.blob_id is not null then
        update document_blobs set reference_count = reference_count + 1 where id = new.blob_id;
    end if;
    if tg_op <> 'INSERT' and old.blob_id is not null then
        update document_blobs set reference_count = reference_count - 1 where id = old.blob_id
        returning reference_count, object_key into held;
        if held.reference_count = 0 then
            delete from document_blobs where id = old.blob_id;
            insert into removed_objects (object_key, store) values (held.object_key, 'documents')
            on conflict (object_key) do update set remove_after = now();
        end if;
    end if;
    return null;
end $$;
create trigger documents_blob after insert or delete or update of blob_id on documents
    for each row execute function count_blob();

create function path_below(path text, folder text) returns text
    language sql immutable parallel safe set search_path = pg_catalog, public, pg_temp as $$
    select case path when '/' then '/' || folder else path || '/' || folder end
$$;

-- How a document stands in the tree: when it, or the first folder above it, went into the trash; whether one of them is being
-- deleted.
create function document_standing(document uuid) returns table (trashed_at timestamptz, gone boolean)
    language sql stable set search_path = pg_catalog, public, pg_temp as $$
    with recursive up as (
        select d.parent_id, d.deleted_at, d.status from documents d where d.id = document
        union all
        select p.parent_id, p.deleted_at, p.status from documents p join up on p.id = up.parent_id
    )
    select min(up.deleted_at), coalesce(bool_or(up.status = 'deleted'), false) from up
$$;

-- Of an organization's tree: while a folder moves, nothing is put anywhere. Each statement after it sees what was there before.
create function lock_document_tree(organization uuid, moves boolean) returns void
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
    if moves then
        perform pg_advisory_xact_lock(hashtextextended('documents ' || organization, 0));
    else
        perform pg_advisory_xact_lock_shared(hashtextextended('documents ' || organization, 0));
    end if;
end $$;

-- Runs as the writer, so that a folder which row-level security hides is no folder.
create function place_document() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
    most_levels constant integer := 64;
    longest_path constant integer := 1000;
    comes boolean := tg_op = 'INSERT';
    parent record;
    path text;
    plain text;
begin
    new.compared_name := normalize(new.name, NFC);
    if new.version_of_id is not null then
        new.parent_id := null;
        new.place_id := null;
        new.folder_path := null;
        return new;
    end if;
    -- What goes along with a folder has its place; carry_documents gives it its path.
    if pg_trigger_depth() > 1 then
        return new;
    end if;
    if tg_op = 'UPDATE' then
        comes := new.parent_id is distinct from old.parent_id;
    end if;
    perform lock_document_tree(new.organization_id, tg_op = 'UPDATE' and new.document_type = 'folder');
    if new.parent_id is null then
        new.folder_path := '/';
        new.place_id := case new.share_level when 'private' then new.owner_id else new.organization_id end;
        if tg_op = 'UPDATE' and new.owner_id <> old.owner_id then
            -- An owner takes over what it may have under the same name.
            plain := new.name;
            for i in 2..1000 loop
                exit when new.deleted_at is not null or not exists (
                    select from documents d
                    where d.organization_id = new.organization_id and d.place_id = new.place_id
                      and d.compared_name = new.compared_name and d.deleted_at is null and d.version_of_id is null
                      and d.id <> new.id);
                new.name := left(plain, 240) || ' (' || i || ')';
                new.compared_name := normalize(new.name, NFC);
            end loop;
        end if;
        return new;
    end if;
    select d.document_type, d.share_level, d.owner_id, d.folder_path, d.name into parent
    from documents d
    where d.organization_id = new.organization_id and d.id = new.parent_id and d.version_of_id is null;
    if not found or parent.document_type <> 'folder' then
        raise exception using errcode = 'DR001', message = 'there is no such folder';
    end if;
    if tg_op = 'UPDATE' and comes and new.document_type = 'folder' and exists (
        with recursive up as (
            select d.id, d.parent_id from documents d where d.id = new.parent_id
            union all
            select p.id, p.parent_id from documents p join up on p.id = up.parent_id where up.id <> new.id
        ) select from up where up.id = new.id) then
        raise exception using errcode = 'DR004', message = 'a folder cannot be in itself';
    end if;
    if comes and exists (
        select from document_standing(new.parent_id) s where s.gone or s.trashed_at is not null) then
        raise exception using errcode = 'DR005', message = 'the folder is in the trash';
    end if;
    if comes and parent.share_level = 'private' and parent.owner_id <> new.owner_id then
        raise exception using errcode = 'DR002', message = 'a private folder holds documents of its owner only';
    end if;
    new.share_level := parent.share_level;
    new.place_id := new.parent_id;
    path := path_below(parent.folder_path, parent.name);
    if length(path) > longest_path or length(path) - length(replace(path, '/', '')) > most_levels then
        raise exception using errcode = 'DR003', message = 'the folder is too deep';
    end if;
    new.folder_path := path;
    return new;
end $$;
create trigger documents_place
    before insert or update of parent_id, name, share_level, owner_id on documents
    for each row execute function place_document();

-- What is in a folder goes where it goes, in the same statement; former versions are seen by whom the document is seen.
create function carry_documents() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    path text := path_below(new.folder_path, new.name);
    below record;
begin
    if new.share_level <> old.share_level or new.owner_id <> old.owner_id then
        update documents d set owner_id = new.owner_id, share_level = new.share_level
        where d.version_of_id = new.id;
    end if;
    if new.document_type <> 'folder' or (
        path = path_below(old.folder_path, old.name) and new.share_level = old.share_level) then
        return null;
    end if;
    with recursive down as (
        select d.id, d.owner_id, d.document_type, d.name, path as folder_path from documents d where d.parent_id = new.id
        union all
        select d.id, d.owner_id, d.document_type, d.name, path_below(p.folder_path, p.name)
        from documents d join down p on d.parent_id = p.id
    )
    select max(length(d.folder_path)) as longest,
        max(length(d.folder_path) - length(replace(d.folder_path, '/', ''))) as levels,
        bool_or(d.owner_id <> new.owner_id) as of_others
    into below from down d;
    if below.longest > 1000 or below.levels > 64 then
        raise exception using errcode = 'DR003', message = 'a folder in it would be too deep';
    end if;
    if new.share_level = 'private' and old.share_level <> 'private' and below.of_others then
        raise exception using errcode = 'DR002', message = 'a private folder holds documents of its owner only';
    end if;
    with recursive down as (
        select d.id, d.name, path as folder_path from documents d where d.parent_id = new.id
        union all
        select d.id, d.name, path_below(p.folder_path, p.name) from documents d join down p on d.parent_id = p.id
    )
    update documents d set folder_path = p.folder_path, share_level = new.share_level
    from down p
    where d.id = p.id and (d.folder_path is distinct from p.folder_path or d.share_level <> new.share_level);
    if new.share_level <> old.share_level then
        with recursive down as (
            select d.id from documents d where d.parent_id = new.id
            union all
            select d.id from documents d join down p on d.parent_id = p.id
        )
        update documents v set share_level = new.share_level
        from down p
        where v.version_of_id = p.id and v.share_level <> new.share_level;
    end if;
    return null;
end $$;
create trigger documents_carry
    after update of parent_id, name, share_level, owner_id on documents
    for each row when (pg_trigger_depth() = 0 and new.version_of_id is null)
    execute function carry_documents();

-- What goes along with a folder, or with the document whose former version it is, follows from that row's change.
drop trigger documents_audit on documents;
create trigger documents_audit after insert or update or delete on documents
    for each row when (pg_trigger_depth() = 0) execute function record_change('documents');

-- Whether somebody else owns a part of what is in a folder, also where it is in the trash.
create function document_holds_others(folder uuid, person uuid) returns boolean
    language sql stable set search_path = pg_catalog, public, pg_temp as $$
    with recursive down as (
        select d.id, d.owner_id from documents d where d.parent_id = folder
        union all
        select d.id, d.owner_id from documents d join down p on d.parent_id = p.id
    ) select exists (select from down d where d.owner_id <> person)
$$;

-- Deletes what is marked as deleted, what is in it first; so many rows at most. Returns how many; 0 once nothing is left.
create function purge_documents(batch integer) returns bigint
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with recursive doomed as (
        select d.id from documents d where d.status = 'deleted' and d.deleted_at is not null and d.version_of_id is null
        union
        select d.id from documents d join doomed p on d.parent_id = p.id
    ), gone as (
        delete from documents d
        where d.id in (
            select c.id from doomed c
            where not exists (select from documents k where k.parent_id = c.id)
            limit batch)
        returning 1
    ) select count(*) from gone
$$;

revoke execute on function
    keep_document_bytes(text, bigint, text), count_blob(), path_below(text, text), document_standing(uuid),
    lock_document_tree(uuid, boolean), place_document(), carry_documents(), document_holds_others(uuid, uuid),
    purge_documents(integer)
    from public;
grant execute on function
    keep_document_bytes(text, bigint, text), path_below(text, text), document_standing(uuid),
    lock_document_tree(uuid, boolean), document_holds_others(uuid, uuid)
    to arketic_app;
grant execute on function purge_documents(integer) to arketic_maintenance;

do $$
declare
    change record;
    is_now text;
begin
    for change in select * from (values
        ('counter_drift()', 'select ''chats'', c.id, v.counter',
            'select ''document_blobs'', b.id, ''reference_count'', b.reference_count::numeric, (
                select count(*) from documents d where d.blob_id = b.id)::numeric
            from document_blobs b
            union all
            select ''chats'', c.id, v.counter'),
        -- A name is found by its words: PostgreSQL takes pump.txt for one.
        ('index_document()', 'new.name, new.filename', 'new.name, translate(new.name, ''._-'', ''   ''), new.filename'),
        ('record_change()', '''last_used_at'',', '''last_used_at'', ''folder_path'', ''compared_name'', ''place_id'','),
        ('search_documents(text, integer)', 'and d.is_latest_version',
            'and d.is_latest_version and d.deleted_at is null
              and (d.parent_id is null or d.parent_id not in (
                with recursive hidden as (
                    select f.id from documents f
                    where f.organization_id = current_organization_id() and f.deleted_at is not null
                      and f.document_type = ''folder''
                    union
                    select c.id from documents c join hidden h on c.parent_id = h.id where c.document_type = ''folder'')
                select h.id from hidden h))'),
        -- A folder whose tree is large must not go in one statement.
        ('remove_organization_rows(uuid, integer)',
            'delete from documents where id in (select d.id from documents d where d.organization_id = tenant limit batch);',
            'delete from documents where id in (
        select d.id from documents d
        where d.organization_id = tenant
          and not exists (select from documents k where k.parent_id = d.id)
          and not exists (select from documents v where v.version_of_id = d.id)
        limit batch);'))
        v(name, was, becomes)
    loop
        is_now := replace(pg_get_functiondef(change.name::regprocedure), change.was, change.becomes);
        if is_now = pg_get_functiondef(change.name::regprocedure) then
            raise exception '% is not what this migration knows', change.name;
        end if;
        execute is_now;
    end loop;
end $$;
