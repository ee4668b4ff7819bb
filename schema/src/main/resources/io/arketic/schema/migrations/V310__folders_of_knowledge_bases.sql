-- The folders of the object store that are an organization's: one for each knowledge base that it ever had. A slug can belong
-- to another organization later, so the folders below it do not say whose they are.
create table knowledge_folders (
    knowledge_base_id uuid primary key,
    organization_id uuid not null default current_organization_id() references organizations on delete cascade
);
create index idx_knowledge_folders_org on knowledge_folders (organization_id);

alter table knowledge_folders enable row level security;
alter table knowledge_folders force row level security;
create policy definer_all on knowledge_folders to arketic_owner using (true);
-- The application needs none of it, and sees no folder of a personal knowledge base.
create policy tenant_rows on knowledge_folders to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from knowledge_bases b where b.id = knowledge_folders.knowledge_base_id));
create policy operator_read on knowledge_folders for select to arketic_ops using (true);
grant select on knowledge_folders to arketic_app, arketic_ops;

create or replace function keep_knowledge_folder() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into knowledge_folders (knowledge_base_id, organization_id) values (new.id, new.organization_id)
    on conflict do nothing;
    return null;
end $$;
-- Writers of knowledge bases wait from here on, so that no knowledge base is left out.
create trigger keep_knowledge_folder after insert on knowledge_bases
    for each row execute function keep_knowledge_folder();

insert into knowledge_folders (knowledge_base_id, organization_id)
select b.id, b.organization_id from knowledge_bases b
on conflict do nothing;
