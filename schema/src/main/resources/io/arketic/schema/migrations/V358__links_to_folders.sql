-- Public links open folders, too; functions/R__document_shares.sql says what of a folder they open.
alter policy link_making on document_public_links
    with check (
        organization_id = (select current_organization_id())
        and created_by_id = (select current_user_id())
        and exists (
            select from documents d
            where d.id = document_public_links.document_id and d.version_of_id is null
              and document_right(d.owner_id, d.access_ids) = 'share'));
