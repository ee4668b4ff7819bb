-- Whether the current user is an admin or owner of the current organization.
create function administers_organization() returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select from organization_members m
        where m.organization_id = current_organization_id() and m.user_id = current_user_id()
          and m.role in ('owner', 'admin') and m.is_active)
$$;
revoke execute on function administers_organization() from public;
grant execute on function administers_organization() to arketic_app;

-- Admins see and revoke every public link of their organization, also to documents that are not shown to them: of such a document
-- they learn its id and no name.
alter policy link_rows on document_public_links using (
    organization_id = (select current_organization_id())
    and ((select administers_organization()) or exists (select from documents d where d.id = document_public_links.document_id)));
alter policy link_revoking on document_public_links using (
    organization_id = (select current_organization_id())
    and ((select administers_organization()) or exists (
        select from documents d
        where d.id = document_public_links.document_id
          and document_right(d.owner_id, d.access_ids) = 'share')));

-- The first of these names that no document has in a place, whether or not the current user sees the document; null for none.
create function free_document_name(place uuid, names text[]) returns text
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select n.name from unnest(names) with ordinality n (name, position)
    where not exists (
        select from documents d
        where d.organization_id = current_organization_id() and d.place_id = place and d.compared_name = n.name
          and d.deleted_at is null and d.version_of_id is null)
    order by n.position limit 1
$$;
revoke execute on function free_document_name(uuid, text[]) from public;
grant execute on function free_document_name(uuid, text[]) to arketic_app;
