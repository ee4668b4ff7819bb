-- Links to folders open nothing before; they are revoked.
update document_public_links l set revoked_at = now()
from documents d
where d.id = l.document_id and d.document_type = 'folder' and l.revoked_at is null;
alter policy link_making on document_public_links
    with check (
        organization_id = (select current_organization_id())
        and created_by_id = (select current_user_id())
        and exists (
            select from documents d
            where d.id = document_public_links.document_id and d.document_type <> 'folder' and d.version_of_id is null
              and document_right(d.owner_id, d.access_ids) = 'share'));
create or replace function open_public_link(hash text) returns table (
        id uuid, organization_id uuid, document_id uuid, blob_id uuid, name text, file_path text, file_hash text,
        file_size bigint, mime_type text, password_salt text, expires_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select l.id, l.organization_id, d.id, d.blob_id, d.name, d.file_path, d.file_hash, d.file_size, d.mime_type,
        password_salt(l.password_hash), l.expires_at
    from document_public_links l
    join documents d on d.id = l.document_id and d.organization_id = l.organization_id and d.blob_id is not null
    join organizations o on o.id = l.organization_id and o.status in ('active', 'trial')
    join organization_members m on m.organization_id = l.organization_id and m.user_id = l.created_by_id and m.is_active
        and m.role <> 'viewer'
    join users u on u.id = l.created_by_id and u.is_active and u.status = 'active'
    cross join lateral document_standing(d.id) s
    where l.token_hash = hash and l.revoked_at is null and (l.expires_at is null or l.expires_at > now())
      and (l.max_downloads is null or l.download_count < l.max_downloads)
      and s.trashed_at is null and not s.gone
      and (d.owner_id = l.created_by_id or d.access_ids <> '{}' and not exists (
        select from unnest(d.access_ids) a (id)
        where not exists (
            select from documents p where p.id = a.id and p.owner_id = l.created_by_id)
          and not exists (
            select from document_shares h
            where h.document_id = a.id and h.access_right = 'share' and (
                h.user_id = l.created_by_id
                or h.group_id in (select g.group_id from group_members g where g.user_id = l.created_by_id)))))
$$;
drop function
    public_folder_archive(text, integer), public_folder_holds(text, uuid), public_folder_file(text, uuid),
    public_folder_entries(text, uuid, text, uuid, integer), public_link_holds(uuid, uuid), link_reaches(uuid, uuid[], uuid);
