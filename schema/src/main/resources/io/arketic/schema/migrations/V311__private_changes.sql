-- The audit log shows an admin no personal knowledge base of a colleague, and no document that the admin does not see.
-- Each row knows its only reader; null stands for every admin.
alter table audit_log add column private_to uuid;
alter policy audit_read on audit_log
    using (
        organization_id = (select current_organization_id())
        and (private_to is null or private_to = (select current_user_id()))
        and exists (
            select from organization_members m
            where m.organization_id = (select current_organization_id()) and m.user_id = (select current_user_id())
              and m.role in ('owner', 'admin') and m.is_active));

-- The log itself knows the rows that are gone: it holds them whole when they are inserted and deleted.
with personal_bases as materialized (
    select b.id, b.owner_id from knowledge_bases b where b.knowledge_base_type = 'personal'
    union
    select a.row_id, (coalesce(a.after, a.before) ->> 'owner_id')::uuid from audit_log a
    where a.table_name = 'knowledge_bases' and a.action in ('insert', 'delete')
      and coalesce(a.after, a.before) ->> 'knowledge_base_type' = 'personal'
      and not exists (select from knowledge_bases b where b.id = a.row_id)
), private_rows as materialized (
    select p.id, p.owner_id from personal_bases p
    union
    select d.id, d.owner_id from documents d where d.share_level in ('private', 'restricted')
    union
    select c.id, c.private_to from message_citations c where c.private_to is not null
    union
    select a.row_id, p.owner_id
    from audit_log a
    join personal_bases p on p.id = (coalesce(a.after, a.before) ->> 'knowledge_base_id')::uuid
    where a.table_name in ('knowledge_documents', 'knowledge_imports', 'document_sources')
      and a.action in ('insert', 'delete')
    union
    select a.row_id, (coalesce(a.after, a.before) ->> 'owner_id')::uuid from audit_log a
    where a.table_name = 'documents' and a.action in ('insert', 'delete')
      and coalesce(a.after, a.before) ->> 'share_level' in ('private', 'restricted')
      and not exists (select from documents d where d.id = a.row_id)
)
update audit_log a set private_to = p.owner_id
from private_rows p
where a.row_id = p.id
  and a.table_name in (
      'knowledge_bases', 'knowledge_documents', 'knowledge_imports', 'document_sources', 'documents', 'message_citations');
