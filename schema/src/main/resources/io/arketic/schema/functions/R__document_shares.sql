-- Rights on documents: lists of users, and public links.

-- Tells whether a document is shown to the current user. One with lists is shown to users on each list.
create or replace function document_shown(
        level share_level, owner uuid, person uuid, access uuid[], granted uuid[]) returns boolean
    language sql immutable parallel safe as $$
    select coalesce(owner = person, true)
        or ((level in ('organization', 'public') or access <> '{}') and access <@ granted)
$$;

-- Returns documents with a list that gives the current user at least this right, or that the user owns.
create or replace function granted_documents(wanted text) returns uuid[]
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(g.id), '{}') from (
        select s.document_id as id
        from document_shares s
        where s.organization_id = current_organization_id() and s.user_id = current_user_id()
          and (wanted = 'view' or s.access_right in ('share', wanted))
        union
        select s.document_id
        from group_members m
        join document_shares s on s.group_id = m.group_id
        where m.user_id = current_user_id() and m.organization_id = current_organization_id()
          and (wanted = 'view' or s.access_right in ('share', wanted))
        union
        select d.id from documents d
        where d.owner_id = current_user_id() and d.organization_id = current_organization_id() and d.narrowed) g
$$;

-- Returns the current user's right on a document: view, edit or share. Each member edits the organization's
-- documents, as its role allows; their owner shares them.
create or replace function document_right(owner uuid, access uuid[]) returns text
    language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select case
        when current_user_id() is null or owner = current_user_id() then 'share'
        when access <> '{}' and access <@ granted_documents('share') then 'share'
        when access <@ granted_documents('edit') then 'edit'
        else 'view' end
$$;

-- Tells whether a document can have a list.
create or replace function sharable(document uuid) returns documents
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
    shared documents;
begin
    select * into shared from documents d
    where d.id = document and d.organization_id = current_organization_id() and d.version_of_id is null
      and document_shown(d.share_level, d.owner_id, current_user_id(), d.access_ids, granted_documents('view'))
    for update;
    if not found then
        raise exception using errcode = 'DR001', message = 'there is no such document';
    end if;
    if document_right(shared.owner_id, shared.access_ids) <> 'share' then
        raise exception using errcode = 'DR006', message = 'only its owner, and users with the right to share, share it';
    end if;
    return shared;
end $$;

-- Gives a document a list, instead of its own one. The caller holds the tree's lock.
create or replace function share_document(document uuid, users uuid[], groups uuid[], rights text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    shared documents := sharable(document);
begin
    if shared.organization_id is distinct from current_organization_id() then
        raise insufficient_privilege using message = 'the document is not the organization''s';
    end if;
    if exists (
        select from documents f where f.id = shared.parent_id and f.share_level = 'private') then
        raise exception using errcode = 'DR007', message = 'what is in a private folder is its owner''s alone';
    end if;
    delete from document_shares s where s.document_id = document;
    insert into document_shares (organization_id, document_id, user_id, group_id, access_right)
    select shared.organization_id, document, m.user_id, g.id, w.access_right
    from unnest(users, groups, rights) w (user_id, group_id, access_right)
    left join organization_members m
        on m.user_id = w.user_id and m.organization_id = shared.organization_id and m.is_active
    left join member_groups g on g.id = w.group_id and g.organization_id = shared.organization_id
    where num_nonnulls(m.user_id, g.id) = 1;
    if (select count(*) from document_shares s where s.document_id = document) <> cardinality(rights) then
        raise exception using errcode = 'DR009', message = 'a user or group is not of the organization';
    end if;
    if shared.owner_id <> current_user_id() and not array[document] <@ granted_documents('share') then
        raise exception using errcode = 'DR008', message = 'the list must hold you with the right to share';
    end if;
    update documents d set share_level = 'restricted', narrowed = true where d.id = document;
end $$;

-- Removes a document's own list. In a folder it is shown like the folder, at the top it is private.
create or replace function unshare_document(document uuid) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    shared documents := sharable(document);
begin
    if shared.parent_id is null and shared.owner_id <> current_user_id() then
        raise exception using errcode = 'DR008', message = 'only its owner makes a document private';
    end if;
    if shared.narrowed then
        update documents d set share_level = 'private', narrowed = false where d.id = document;
    end if;
end $$;

-- Removes the lists of a deleted document.
create or replace function drop_shares() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from document_shares s where s.document_id = new.id;
    return null;
end $$;

-- Tells whether the maker of a link could still share a document.
create or replace function link_reaches(owner uuid, access_ids uuid[], maker uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select owner = maker or access_ids <> '{}' and not exists (
        select from unnest(access_ids) a (id)
        where not exists (
            select from documents p where p.id = a.id and p.owner_id = maker)
          and not exists (
            select from document_shares h
            where h.document_id = a.id and h.access_right = 'share' and (
                h.user_id = maker or h.group_id in (select g.group_id from group_members g where g.user_id = maker))))
$$;

-- Returns the latest version of a link's file, or its folder, which has no blob; empty if the link does not open, for any reason.
create or replace function open_public_link(hash text) returns table (
        id uuid, organization_id uuid, document_id uuid, blob_id uuid, name text, file_path text, file_hash text,
        file_size bigint, mime_type text, password_salt text, expires_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select l.id, l.organization_id, d.id, d.blob_id, d.name, d.file_path, d.file_hash, d.file_size, d.mime_type,
        password_salt(l.password_hash), l.expires_at
    from document_public_links l
    join documents d on d.id = l.document_id and d.organization_id = l.organization_id and d.version_of_id is null
        and (d.blob_id is not null or d.document_type = 'folder')
    join organizations o on o.id = l.organization_id and o.status in ('active', 'trial')
    join organization_members m on m.organization_id = l.organization_id and m.user_id = l.created_by_id and m.is_active
        and m.role <> 'viewer'
    join users u on u.id = l.created_by_id and u.is_active and u.status = 'active'
    cross join lateral document_standing(d.id) s
    where l.token_hash = hash and l.revoked_at is null and (l.expires_at is null or l.expires_at > now())
      and (l.max_downloads is null or l.download_count < l.max_downloads)
      and s.trashed_at is null and not s.gone
      and link_reaches(d.owner_id, d.access_ids, l.created_by_id)
$$;

-- Tells whether a link to a folder also opens a document below it: none on the way down is in the trash, and the maker could
-- share each.
create or replace function public_link_holds(link uuid, document uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with recursive up as (
        select d.id, d.parent_id, d.owner_id, d.access_ids, d.deleted_at, d.status, l.document_id as root,
            l.created_by_id as maker
        from document_public_links l
        join documents d on d.id = document and d.organization_id = l.organization_id and d.version_of_id is null
        where l.id = link
        union all
        select p.id, p.parent_id, p.owner_id, p.access_ids, p.deleted_at, p.status, up.root, up.maker
        from documents p join up on p.id = up.parent_id and up.id <> up.root
    )
    select coalesce(
        bool_or(up.id = up.root) and bool_and(
            up.deleted_at is null and up.status <> 'deleted' and link_reaches(up.owner_id, up.access_ids, up.maker)),
        false)
    from up
$$;

-- Tells whether a link to a folder opens it, or a document below it.
create or replace function public_folder_holds(hash text, document uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from open_public_link(hash) o where o.blob_id is null and public_link_holds(o.id, document))
$$;

-- Returns the content of a link's folder, or of one below it, in the order of names.
create or replace function public_folder_entries(
        hash text, folder uuid, after_name text, after_id uuid, most integer) returns table (
        id uuid, parent_id uuid, name text, document_type text, file_size bigint, mime_type text,
        version_at timestamptz, compared_name text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.id, d.parent_id, d.name, d.document_type::text, d.file_size, d.mime_type, d.version_at, d.compared_name
    from open_public_link(hash) o
    join document_public_links l on l.id = o.id
    join documents d
        on d.organization_id = o.organization_id and d.place_id = coalesce(folder, o.document_id)
        and d.parent_id = d.place_id and d.deleted_at is null and d.version_of_id is null and d.status <> 'deleted'
        and (d.compared_name, d.id) > (after_name, after_id)
        and link_reaches(d.owner_id, d.access_ids, l.created_by_id)
    where o.blob_id is null and public_link_holds(o.id, coalesce(folder, o.document_id))
    order by d.compared_name, d.id
    limit most
$$;

-- Returns a file below a link's folder; empty if the link does not open it.
create or replace function public_folder_file(hash text, document uuid) returns table (
        blob_id uuid, name text, file_path text, file_hash text, file_size bigint, mime_type text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.blob_id, d.name, d.file_path, d.file_hash, d.file_size, d.mime_type
    from open_public_link(hash) o
    join documents d
        on d.id = document and d.organization_id = o.organization_id and d.blob_id is not null and d.version_of_id is null
    where o.blob_id is null and public_link_holds(o.id, document)
$$;

-- Returns all that a link opens below its folder, by paths. It reads no more than the rows that it may return.
create or replace function public_folder_archive(hash text, most integer) returns table (path text, file_path text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with recursive down as (
        select d.id, d.document_type, d.blob_id, d.file_path::text as file_path, ''::text as path, l.created_by_id as maker
        from open_public_link(hash) o
        join document_public_links l on l.id = o.id
        join documents d on d.id = o.document_id
        where o.blob_id is null
        union all
        select c.id, c.document_type, c.blob_id, c.file_path::text, p.path || '/' || c.name, p.maker
        from documents c join down p on c.parent_id = p.id
        where p.document_type = 'folder' and c.deleted_at is null and c.version_of_id is null and c.status <> 'deleted'
          and link_reaches(c.owner_id, c.access_ids, p.maker)
    )
    select f.path, f.file_path
    from (
        select substr(d.path, 2) || case when d.document_type = 'folder' then '/' else '' end as path, d.file_path
        from down d
        where d.path <> '' and (d.document_type = 'folder' or d.blob_id is not null)
        limit most) f
    order by f.path
$$;

-- Counts a download, the last one once. False if the link has none left.
create or replace function count_public_download(link uuid, hash text) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update document_public_links l set download_count = l.download_count + 1
    where l.id = link and l.token_hash = hash and l.revoked_at is null
      and (l.expires_at is null or l.expires_at > now())
      and (l.max_downloads is null or l.download_count < l.max_downloads);
    return found;
end $$;

-- Tells whether a link's password has this hash, which is as hard to guess as the password.
create or replace function public_link_opens(link uuid, encoded text) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from document_public_links l where l.id = link and l.password_hash = encoded)
$$;

revoke execute on function
    document_shown(share_level, uuid, uuid, uuid[], uuid[]), granted_documents(text), document_right(uuid, uuid[]),
    sharable(uuid), share_document(uuid, uuid[], uuid[], text[]), unshare_document(uuid), drop_shares(),
    link_reaches(uuid, uuid[], uuid), open_public_link(text), public_link_holds(uuid, uuid),
    public_folder_holds(text, uuid), public_folder_entries(text, uuid, text, uuid, integer), public_folder_file(text, uuid),
    public_folder_archive(text, integer), count_public_download(uuid, text), public_link_opens(uuid, text) from public;
grant execute on function
    document_shown(share_level, uuid, uuid, uuid[], uuid[]), granted_documents(text), document_right(uuid, uuid[]),
    share_document(uuid, uuid[], uuid[], text[]), unshare_document(uuid), open_public_link(text),
    public_folder_holds(text, uuid), public_folder_entries(text, uuid, text, uuid, integer), public_folder_file(text, uuid),
    public_folder_archive(text, integer), count_public_download(uuid, text), public_link_opens(uuid, text) to arketic_app;
