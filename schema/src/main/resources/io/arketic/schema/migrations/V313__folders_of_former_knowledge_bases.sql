-- The folders of knowledge bases that are gone, with their files or without.
insert into knowledge_folders (knowledge_base_id, organization_id)
select distinct a.row_id, a.organization_id
from audit_log a
join organizations o on o.id = a.organization_id
where a.table_name = 'knowledge_bases' and a.action in ('insert', 'delete') and a.row_id is not null
on conflict do nothing;
