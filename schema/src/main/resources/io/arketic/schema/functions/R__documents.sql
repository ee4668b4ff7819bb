-- The tree of the drive.

-- Returns the path of a name below a folder.
create or replace function path_below(path text, folder text) returns text
    language sql immutable parallel safe set search_path = pg_catalog, public, pg_temp as $$
    select case path when '/' then '/' || folder else path || '/' || folder end
$$;

-- Locks an organization's tree while a folder moves. Later statements see all earlier changes.
create or replace function lock_document_tree(organization uuid, moves boolean) returns void
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
    if moves then
        perform pg_advisory_xact_lock(hashtextextended('documents ' || organization, 0));
    else
        perform pg_advisory_xact_lock_shared(hashtextextended('documents ' || organization, 0));
    end if;
end $$;

-- Returns what the tree says of a document, whatever the caller sees.
create or replace function document_standing(document uuid) returns table (trashed_at timestamptz, gone boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with recursive up as (
        select d.parent_id, d.deleted_at, d.status from documents d
        where d.id = document and coalesce(d.organization_id = current_organization_id(), true)
        union all
        select p.parent_id, p.deleted_at, p.status from documents p join up on p.id = up.parent_id
    )
    select min(up.deleted_at), coalesce(bool_or(up.status = 'deleted'), false) from up
$$;

-- Tells whether a document is inside a folder.
create or replace function document_is_below(folder uuid, root uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with recursive up as (
        select d.id, d.parent_id from documents d
        where d.id = folder and d.organization_id = current_organization_id()
        union
        select p.id, p.parent_id from documents p join up on p.id = up.parent_id
    ) select exists (select from up where up.id = root)
$$;

-- Tells whether another user owns a part of a folder's content, also in the trash.
create or replace function document_holds_others(folder uuid, person uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with recursive down as (
        select d.id, d.owner_id from documents d
        where d.parent_id = folder and d.organization_id = current_organization_id()
        union all
        select d.id, d.owner_id from documents d join down p on d.parent_id = p.id
    ) select exists (select from down d where d.owner_id <> person)
$$;

-- Returns the first of these names that is free in a place, also among documents that the caller does not see; null
-- if none is.
create or replace function free_document_name(place uuid, names text[]) returns text
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select n.name from unnest(names) with ordinality n (name, position)
    where not exists (
        select from documents d
        where d.organization_id = current_organization_id() and d.place_id = place and d.compared_name = n.name
          and d.deleted_at is null and d.version_of_id is null)
    order by n.position limit 1
$$;

-- Enters the bytes that were written under a key, or finds equal ones of the organization. The caller refers to the
-- result in the same transaction; the second object is removed.
create or replace function keep_document_bytes(hash text, size bigint, key text) returns table (
        blob_id uuid, object_key text, file_size bigint)
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

-- Places a document in its folder, with the writer's rights, so that hidden folders do not exist.
create or replace function place_document() returns trigger
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
        if tg_op = 'INSERT' then
            select d.share_level, d.access_ids into strict new.share_level, new.access_ids
            from documents d where d.id = new.version_of_id;
        end if;
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
        new.narrowed := new.share_level = 'restricted';
        new.access_ids := case when new.narrowed then array[new.id] else '{}' end;
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
    select d.document_type, d.share_level, d.owner_id, d.folder_path, d.name, d.access_ids into parent
    from documents d
    where d.organization_id = new.organization_id and d.id = new.parent_id and d.version_of_id is null;
    if not found or parent.document_type <> 'folder' then
        raise exception using errcode = 'DR001', message = 'there is no such folder';
    end if;
    if tg_op = 'UPDATE' and comes and new.document_type = 'folder'
        and document_is_below(new.parent_id, new.id) then
        raise exception using errcode = 'DR004', message = 'a folder cannot be in itself';
    end if;
    if comes and exists (
        select from document_standing(new.parent_id) s where s.gone or s.trashed_at is not null) then
        raise exception using errcode = 'DR005', message = 'the folder is in the trash';
    end if;
    if comes and parent.share_level = 'private' and parent.owner_id <> new.owner_id then
        raise exception using errcode = 'DR002', message = 'a private folder holds documents of its owner only';
    end if;
    if comes and document_right(parent.owner_id, parent.access_ids) = 'view' then
        raise exception using errcode = 'DR006', message = 'this needs the right to edit the folder';
    end if;
    -- Below, rights are narrowed and never widened.
    new.share_level := case
        when new.narrowed and parent.share_level <> 'private' then 'restricted' else parent.share_level end;
    new.access_ids := parent.access_ids || case
        when new.narrowed and parent.share_level <> 'private' then array[new.id] else '{}' end;
    new.place_id := new.parent_id;
    path := path_below(parent.folder_path, parent.name);
    if length(path) > longest_path or length(path) - length(replace(path, '/', '')) > most_levels then
        raise exception using errcode = 'DR003', message = 'the folder is too deep';
    end if;
    new.folder_path := path;
    return new;
end $$;

-- Moves the content with its folder in the same statement. Earlier versions are visible like the document.
create or replace function carry_documents() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    path text := path_below(new.folder_path, new.name);
    below record;
begin
    if new.share_level <> old.share_level or new.owner_id <> old.owner_id or new.access_ids <> old.access_ids then
        update documents d set owner_id = new.owner_id, share_level = new.share_level, access_ids = new.access_ids
        where d.version_of_id = new.id;
    end if;
    if new.document_type <> 'folder' or (
        path = path_below(old.folder_path, old.name) and new.share_level = old.share_level
        and new.access_ids = old.access_ids) then
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
    -- Or a list would give the folder's owner the right to share what the organization has of others.
    if old.share_level in ('organization', 'public') and new.share_level = 'restricted' and below.of_others then
        raise exception using errcode = 'DR006', message = 'the folder holds documents of others';
    end if;
    with recursive down as (
        select d.id, d.name, path as folder_path, new.share_level as above, new.access_ids as access_above, d.narrowed
        from documents d where d.parent_id = new.id
        union all
        select d.id, d.name, path_below(p.folder_path, p.name),
            case when p.narrowed and p.above <> 'private' then 'restricted' else p.above end,
            p.access_above || case when p.narrowed and p.above <> 'private' then array[p.id] else '{}' end, d.narrowed
        from documents d join down p on d.parent_id = p.id
    ), becomes as (
        select p.id, p.folder_path,
            case when p.narrowed and p.above <> 'private' then 'restricted' else p.above end as share_level,
            p.access_above || case when p.narrowed and p.above <> 'private' then array[p.id] else '{}' end as access_ids
        from down p
    ), formers as (
        update documents v set share_level = b.share_level, access_ids = b.access_ids
        from becomes b
        where v.version_of_id = b.id and (v.share_level <> b.share_level or v.access_ids <> b.access_ids)
    )
    update documents d set folder_path = b.folder_path, share_level = b.share_level, access_ids = b.access_ids
    from becomes b
    where d.id = b.id and (
        d.folder_path is distinct from b.folder_path or d.share_level <> b.share_level or d.access_ids <> b.access_ids);
    return null;
end $$;

-- Refuses what the caller's right does not allow. Only the owner and admins delete and restore.
create or replace function guard_document() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
    held text;
    stays boolean := new.access_ids = old.access_ids and new.share_level = old.share_level;
begin
    if new.status <> old.status and stays and new.name = old.name then
        return new;
    end if;
    held := document_right(old.owner_id, old.access_ids);
    if held = 'view' or held = 'edit' and not stays then
        raise exception using errcode = 'DR006', message = 'the right to the document does not suffice';
    end if;
    return new;
end $$;

-- Deletes a batch of documents marked as deleted, the content of a folder first; returns their number, 0 at the end.
create or replace function purge_documents(batch integer) returns bigint
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

-- Reserves the storage of an upload in parts until it is complete; then its document counts.
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

-- Removes the object of a part that goes or is sent again. The store checks a link when a request begins, so an object may
-- still come after the link has ended: it is removed a day later.
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

-- Removes the images of a preview that goes or is drawn again.
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

-- Ends uploads whose time has passed; their parts go with them. Returns their number, 0 at the end. The organizations are
-- locked first and in order: their storage is counted for each upload, and another process may count for the same ones.
create or replace function expire_document_uploads(batch integer) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    due uuid[];
    gone bigint;
begin
    due := array(
        select u.id from document_uploads u
        where u.expires_at <= now() and coalesce(u.claimed_until <= now(), true)
        order by u.expires_at limit batch);
    perform from organizations o
    where o.id in (select u.organization_id from document_uploads u where u.id = any (due))
    order by o.id for no key update;
    delete from document_uploads u
    where u.id in (
        select e.id from document_uploads e
        where e.id = any (due) and e.expires_at <= now() and coalesce(e.claimed_until <= now(), true)
        for update skip locked);
    get diagnostics gone = row_count;
    return gone;
end $$;

-- Adds what a process has counted since it last did. What counts changes no document.
create or replace function count_document_uses(counted uuid[], seen integer[], fetched integer[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if current_organization_id() is null or current_user_id() is not null then
        raise exception 'uses are counted for an organization, by the product' using errcode = '42501';
    end if;
    perform from documents d
    where d.organization_id = current_organization_id() and d.id = any (counted) order by d.id for no key update;
    update documents d set view_count = d.view_count + c.seen, download_count = d.download_count + c.fetched
    from unnest(counted, seen, fetched) c (id, seen, fetched)
    where d.id = c.id and d.organization_id = current_organization_id();
end $$;

-- What the audit log knows of a document and of its present shares and links, the newest first: for its owner and admins.
create or replace function document_activity(document uuid, earlier uuid, most integer) returns table (
        id uuid, occurred_at timestamptz, user_id uuid, action audit_action, table_name text, before jsonb, after jsonb)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select a.id, a.occurred_at, a.user_id, a.action, a.table_name, a.before, a.after
    from audit_log a
    where a.organization_id = current_organization_id() and a.id < earlier
      and exists (
        select from documents d
        where d.id = document and d.organization_id = current_organization_id()
          and (d.owner_id = current_user_id() or administers_organization()))
      and a.row_id in (
        select document
        union all
        select s.id from document_shares s where s.document_id = document
        union all
        select l.id from document_public_links l where l.document_id = document)
    order by a.id desc limit most
$$;

revoke execute on function
    path_below(text, text), lock_document_tree(uuid, boolean), document_standing(uuid), document_is_below(uuid, uuid),
    document_holds_others(uuid, uuid), free_document_name(uuid, text[]), keep_document_bytes(text, bigint, text),
    place_document(), carry_documents(), guard_document(), purge_documents(integer),
    count_document_uses(uuid[], integer[], integer[]), document_activity(uuid, uuid, integer),
    count_document_upload(), keep_upload_part(), keep_preview(), expire_document_uploads(integer) from public;
grant execute on function
    path_below(text, text), lock_document_tree(uuid, boolean), document_standing(uuid), document_is_below(uuid, uuid),
    document_holds_others(uuid, uuid), free_document_name(uuid, text[]),
    keep_document_bytes(text, bigint, text), count_document_uses(uuid[], integer[], integer[]),
    document_activity(uuid, uuid, integer) to arketic_app;
grant execute on function purge_documents(integer), expire_document_uploads(integer) to arketic_maintenance;
