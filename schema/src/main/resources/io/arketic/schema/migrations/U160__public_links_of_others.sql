alter policy link_revoking on document_public_links using (
    organization_id = (select current_organization_id())
    and exists (
        select from documents d
        where d.id = document_public_links.document_id
          and document_right(d.owner_id, d.access_ids) = 'share'));
alter policy link_rows on document_public_links using (
    organization_id = (select current_organization_id())
    and exists (select from documents d where d.id = document_public_links.document_id));
drop function free_document_name(uuid, text[]);
drop function administers_organization();
