-- Readers without an account see documents of the drive that all members see.

create or replace function hidden_knowledge_documents() returns setof uuid
    language plpgsql stable rows 10 security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    tenant uuid := current_organization_id();
    person uuid := current_user_id();
    granted uuid[];
begin
    if person is null or not exists (select from document_links l where l.organization_id = tenant) then
        return;
    end if;
    granted := granted_documents('view');
    return query
    select l.knowledge_document_id
    from document_links l
    join documents d on d.id = l.document_id
    where l.organization_id = tenant and (l.confined or l.wanted_version = 0) and l.knowledge_document_id is not null
      and (l.wanted_version = 0 or d.deleted_at is not null or not document_shown(d.share_level, d.owner_id, person, d.access_ids, granted));
    return query
    with recursive trashed as (
        select f.id from documents f
        where f.organization_id = tenant and f.deleted_at is not null and f.document_type = 'folder'
        union
        select d.id from documents d join trashed t on d.parent_id = t.id
    ) select l.knowledge_document_id
    from trashed t
    join document_links l on l.document_id = t.id
    where l.knowledge_document_id is not null;
end $$;
