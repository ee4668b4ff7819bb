-- The passwords of encrypted files, for the files of one knowledge base. A request writes them and cannot read them. The ingest
-- reads them by file_passwords() (functions/R__knowledge.sql).
create table file_passwords (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    knowledge_base_id uuid not null,
    place smallint not null check (place between 1 and 100),
    encrypted_key text not null,
    created_at timestamptz not null default now(),
    constraint uq_file_password_place unique (knowledge_base_id, place),
    foreign key (organization_id, knowledge_base_id) references knowledge_bases (organization_id, id) on delete cascade
);
create index idx_file_password_org on file_passwords (organization_id);
create trigger file_passwords_audit after insert or update or delete on file_passwords
    for each row execute function record_change('file_passwords');
alter table file_passwords enable row level security;
alter table file_passwords force row level security;
create policy definer_all on file_passwords to arketic_owner using (true);
create policy operator_read on file_passwords for select to arketic_ops using (true);
create policy password_rows on file_passwords to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from knowledge_bases b where b.id = file_passwords.knowledge_base_id));
grant select (id, organization_id, knowledge_base_id, place, created_at), insert, delete on file_passwords to arketic_app;
