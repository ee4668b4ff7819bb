-- General documents in folders, and workflows with their steps and runs.

create type document_type as enum (
    'folder', 'text', 'pdf', 'word', 'spreadsheet', 'presentation', 'image', 'audio', 'video', 'archive', 'other');
create type document_status_type as enum ('uploading', 'available', 'failed', 'archived', 'deleted');
create type share_level as enum ('private', 'restricted', 'organization', 'public');
create type workflow_trigger as enum ('manual', 'schedule', 'event', 'webhook');
create type workflow_status as enum ('draft', 'active', 'paused', 'archived');
create type step_type as enum (
    'ai_prompt', 'knowledge_search', 'http_request', 'transform', 'condition', 'delay', 'send_message', 'reindex',
    'approval');
create type execution_status as enum (
    'pending', 'running', 'waiting', 'completed', 'failed', 'cancelled', 'timed_out');

-- A folder is a document without bytes: empty path and hash, size 0.
create table documents (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    owner_id uuid not null references users,
    parent_id uuid,
    name varchar(255) not null,
    description text,
    document_type document_type not null,
    filename varchar(255) not null,
    file_path varchar(500) not null,
    file_size bigint not null check (file_size >= 0),
    file_hash varchar(64) not null,
    mime_type varchar(100),
    status document_status_type not null default 'uploading',
    share_level share_level not null default 'private',
    folder_path varchar(1000),
    version_number integer not null default 1 check (version_number > 0),
    is_latest_version boolean not null default true,
    -- The first version of the same document; null in the first itself.
    version_of_id uuid,
    download_count integer not null default 0,
    view_count integer not null default 0,
    -- What was read from the file, for finding it by its words.
    content_text text,
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_document_tenant unique (organization_id, id),
    constraint document_parent check (parent_id <> id),
    foreign key (organization_id, parent_id) references documents (organization_id, id) on delete cascade,
    foreign key (organization_id, version_of_id) references documents (organization_id, id) on delete cascade
) with (fillfactor = 85);
create index idx_doc_org_status on documents (organization_id, status);
create index idx_doc_hash on documents (file_hash);
create index idx_doc_folder on documents (folder_path);
create index idx_doc_owner on documents (owner_id);
create index idx_doc_parent on documents (parent_id);
create index idx_doc_version_of on documents (version_of_id) where version_of_id is not null;
-- Looking at a document or fetching it does not change it.
create trigger documents_touch
    before update of owner_id, parent_id, name, description, document_type, filename, file_path, file_size, file_hash,
        mime_type, status, share_level, folder_path, version_number, is_latest_version, content_text, deleted_at
    on documents
    for each row execute function touch_updated_at();

create table workflows (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    creator_id uuid not null references users,
    name varchar(200) not null,
    description text,
    version varchar(20) not null default '1.0.0',
    trigger_type workflow_trigger not null default 'manual',
    status workflow_status not null default 'draft',
    max_execution_time integer not null default 3600 check (max_execution_time > 0),
    retry_attempts integer not null default 3 check (retry_attempts >= 0),
    cron_expression varchar(100),
    -- The zone that the expression is read in.
    cron_timezone varchar(50) not null default 'UTC',
    workflow_definition jsonb not null,
    execution_count integer not null default 0,
    success_count integer not null default 0,
    failure_count integer not null default 0,
    avg_execution_time decimal(10, 2),
    last_run_at timestamptz,
    next_run_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_workflow_tenant unique (organization_id, id)
) with (fillfactor = 70);
create index idx_workflow_org_status on workflows (organization_id, status);
create index idx_workflow_trigger on workflows (trigger_type);
create index idx_workflow_next_run on workflows (next_run_at);
create index idx_workflow_creator on workflows (creator_id);
create trigger workflows_touch
    before update of creator_id, name, description, version, trigger_type, status, max_execution_time, retry_attempts,
        cron_expression, cron_timezone, workflow_definition
    on workflows
    for each row execute function touch_updated_at();

create table workflow_steps (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    workflow_id uuid not null,
    name varchar(200) not null,
    step_type step_type not null,
    step_order integer not null,
    configuration jsonb not null,
    condition text,
    retry_attempts integer not null default 3 check (retry_attempts >= 0),
    timeout_seconds integer not null default 300 check (timeout_seconds > 0),
    depends_on jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_step_workflow unique (workflow_id, id),
    foreign key (organization_id, workflow_id) references workflows (organization_id, id) on delete cascade
);
create index idx_step_workflow_order on workflow_steps (workflow_id, step_order);
create index idx_step_type on workflow_steps (step_type);
create trigger workflow_steps_touch before update on workflow_steps
    for each row execute function touch_updated_at();

create table workflow_executions (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    workflow_id uuid not null,
    triggered_by_id uuid references users on delete set null,
    -- Given by a trigger, 1 for a workflow's first.
    execution_number integer not null,
    status execution_status not null default 'pending',
    input_data jsonb,
    output_data jsonb,
    current_step_id uuid,
    completed_steps integer not null default 0,
    total_steps integer not null,
    started_at timestamptz,
    completed_at timestamptz,
    duration_seconds decimal(10, 2),
    error_message text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_execution_tenant unique (organization_id, id),
    foreign key (organization_id, workflow_id) references workflows (organization_id, id) on delete cascade,
    foreign key (workflow_id, current_step_id)
        references workflow_steps (workflow_id, id) on delete set null (current_step_id)
) with (fillfactor = 85);
create unique index idx_execution_workflow_number on workflow_executions (workflow_id, execution_number);
create index idx_execution_status on workflow_executions (status);
create index idx_execution_started on workflow_executions (started_at);
create index idx_execution_triggered_by on workflow_executions (triggered_by_id);
create index idx_execution_current_step on workflow_executions (current_step_id) where current_step_id is not null;
create trigger workflow_executions_touch before update on workflow_executions
    for each row execute function touch_updated_at();

alter table documents enable row level security;
alter table documents force row level security;
alter table workflows enable row level security;
alter table workflows force row level security;
alter table workflow_steps enable row level security;
alter table workflow_steps force row level security;
alter table workflow_executions enable row level security;
alter table workflow_executions force row level security;

-- A private document is its owner's; a transaction without a user is the organization's own work.
create policy document_rows on documents to arketic_app
    using (
        organization_id = (select current_organization_id())
        and (
            share_level in ('organization', 'public')
            or owner_id = (select current_user_id())
            or (select current_user_id()) is null));
create policy workflow_rows on workflows to arketic_app
    using (organization_id = (select current_organization_id()));
create policy step_rows on workflow_steps to arketic_app
    using (organization_id = (select current_organization_id()));
create policy execution_rows on workflow_executions to arketic_app
    using (organization_id = (select current_organization_id()));
create policy operator_read on documents for select to arketic_ops using (true);
create policy operator_read on workflows for select to arketic_ops using (true);
create policy operator_read on workflow_steps for select to arketic_ops using (true);
create policy operator_read on workflow_executions for select to arketic_ops using (true);
-- For the functions that run as the owner.
create policy definer_all on documents to arketic_owner using (true);
create policy definer_all on workflows to arketic_owner using (true);

grant select, insert, update, delete on documents, workflows, workflow_steps, workflow_executions to arketic_app;
grant select on documents, workflows, workflow_steps, workflow_executions to arketic_ops;

-- Runs of one workflow that begin at once get numbers one after another: they wait at the workflow's row.
alter table workflows add column last_execution_number integer not null default 0;
create function number_execution() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update workflows set last_execution_number = last_execution_number + 1
    where id = new.workflow_id
    returning last_execution_number into new.execution_number;
    if not found then
        -- Left to the foreign key to refuse.
        new.execution_number := 0;
    end if;
    return new;
end $$;
create trigger workflow_executions_number before insert on workflow_executions
    for each row execute function number_execution();
