-- A step may wait for an event, ask by mail and in a chat, and write to members. Runs and former versions of documents go when
-- their organization no longer keeps them. Documents count how often they are seen and fetched, and tell their owners by whom
-- they were changed.

-- The event that wakes a step: one of a trigger, or reply/MESSAGE.
alter table workflow_step_runs add column awaited_event varchar(80);

-- What a workflow sends to a member by mail. The text goes once it is sent; the link of a question is known by its hash.
create table workflow_letters (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    execution_id uuid not null,
    step varchar(64) not null,
    user_id uuid not null references users on delete cascade,
    subject varchar(200),
    content text,
    asks boolean not null default false,
    token_hash varchar(64),
    sent_at timestamptz,
    created_at timestamptz not null default now(),
    constraint uq_workflow_letter_token unique (token_hash),
    foreign key (organization_id, execution_id) references workflow_executions (organization_id, id) on delete cascade
);
create index idx_workflow_letter_run on workflow_letters (execution_id);
create index idx_workflow_letter_user on workflow_letters (user_id);
alter table workflow_letters enable row level security;
alter table workflow_letters force row level security;
create policy tenant_rows on workflow_letters to arketic_app
    using (organization_id = (select current_organization_id()));
create policy operator_read on workflow_letters for select to arketic_ops using (true);
create policy definer_all on workflow_letters to arketic_owner using (true);
grant select (id, organization_id, execution_id, step, user_id, subject, content, asks, sent_at, created_at),
    insert, update, delete on workflow_letters to arketic_app;
grant select (id, organization_id, execution_id, step, user_id, asks, sent_at, created_at)
    on workflow_letters to arketic_ops;

-- How many versions of a document are kept; null for all.
alter table organization_settings add column document_versions_kept integer;
alter table organization_settings add constraint settings_versions_kept
    check (document_versions_kept between 1 and 100000) not valid;
