-- Users, their refresh tokens, organizations and who belongs to them.

create table users (
    id uuid primary key default uuid_v7(),
    email varchar(255) not null unique,
    username varchar(50) unique,
    password_hash varchar(255) not null,
    first_name varchar(100) not null,
    last_name varchar(100) not null,
    role user_role not null default 'user',
    status user_status not null default 'active',
    is_verified boolean not null default false,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    last_login_at timestamptz,
    email_verified_at timestamptz,
    password_changed_at timestamptz not null default now(),
    failed_login_attempts integer not null default 0,
    locked_until timestamptz,
    two_factor_enabled boolean not null default false,
    two_factor_secret text
);
create unique index uq_user_email_lower on users (lower(email));
create index idx_user_email_status on users (email, status);
create index idx_user_role_status on users (role, status);
create index idx_user_created_at on users (created_at);
create trigger users_touch before update on users for each row execute function touch_updated_at();

-- Rotated by RFC 9700: a token used twice revokes its family. Only a hash of the token is stored.
create table refresh_tokens (
    id uuid primary key default uuid_v7(),
    user_id uuid not null references users on delete cascade,
    family_id uuid not null,
    token_hash varchar(64) not null unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    rotated_at timestamptz,
    revoked_at timestamptz
);
create index idx_refresh_token_user on refresh_tokens (user_id);
create index idx_refresh_token_family on refresh_tokens (family_id);
create index idx_refresh_token_expires on refresh_tokens (expires_at);

create table organizations (
    id uuid primary key default uuid_v7(),
    name varchar(200) not null,
    slug varchar(100) not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'),
    description text,
    status organization_status not null default 'active',
    subscription_tier subscription_tier not null default 'free',
    max_members integer not null default 5,
    max_storage_gb integer not null default 1,
    max_ai_requests_per_month integer not null default 1000,
    current_members integer not null default 0,
    -- Exact; current_storage_mb follows from it. Kept by a trigger on knowledge_documents.
    current_storage_bytes bigint not null default 0,
    current_storage_mb integer not null default 0,
    ai_requests_this_month integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    trial_ends_at timestamptz,
    subscription_ends_at timestamptz
) with (fillfactor = 70);
create index idx_org_status_tier on organizations (status, subscription_tier);
create index idx_org_created_at on organizations (created_at);
create trigger organizations_touch before update on organizations
    for each row execute function touch_updated_at();

create table organization_members (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    user_id uuid not null references users on delete cascade,
    role organization_role not null,
    is_active boolean not null default true,
    invited_by_id uuid references users on delete set null,
    joined_at timestamptz not null default now(),
    constraint uq_org_member unique (organization_id, user_id)
);
create index idx_org_member_role on organization_members (organization_id, role);
create index idx_org_member_active on organization_members (organization_id, is_active);
create index idx_org_member_user on organization_members (user_id);
create index idx_org_member_invited_by on organization_members (invited_by_id);

create table organization_settings (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null unique default current_organization_id()
        references organizations on delete cascade,
    default_ai_model varchar(50) not null default 'gpt-4o',
    allowed_ai_models jsonb,
    ai_cost_budget_monthly decimal(10, 2) not null default 100.00,
    require_2fa boolean not null default false,
    session_timeout_minutes integer not null default 480,
    enable_audit_logging boolean not null default true,
    data_retention_days integer not null default 365,
    enable_workflows boolean not null default true,
    enable_api_access boolean not null default false,
    custom_settings jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create trigger organization_settings_touch before update on organization_settings
    for each row execute function touch_updated_at();

alter table users enable row level security;
alter table users force row level security;
alter table refresh_tokens enable row level security;
alter table refresh_tokens force row level security;
alter table organizations enable row level security;
alter table organizations force row level security;
alter table organization_members enable row level security;
alter table organization_members force row level security;
alter table organization_settings enable row level security;
alter table organization_settings force row level security;

create policy member_rows on organization_members to arketic_app
    using (organization_id = (select current_organization_id()) or user_id = (select current_user_id()))
    with check (organization_id = (select current_organization_id()));

-- Users are no tenant's rows. Before anybody is known (no context: registering, logging in) all are reachable; after
-- that a user reaches itself and those it shares the organization with.
create policy user_rows on users to arketic_app
    using (
        id = (select current_user_id())
        or (select current_user_id() is null and current_organization_id() is null)
        or exists (
            select from organization_members m
            where m.user_id = users.id and m.organization_id = (select current_organization_id())))
    with check (
        id = (select current_user_id())
        or (select current_user_id() is null and current_organization_id() is null));

create policy token_rows on refresh_tokens to arketic_app
    using (
        user_id = (select current_user_id())
        or (select current_user_id() is null and current_organization_id() is null));

-- A new organization is inserted in the context of its own id, chosen beforehand.
create policy organization_rows on organizations for select to arketic_app
    using (
        id = (select current_organization_id())
        or exists (
            select from organization_members m
            where m.organization_id = organizations.id and m.user_id = (select current_user_id()) and m.is_active));
create policy organization_insert on organizations for insert to arketic_app
    with check (id = (select current_organization_id()));
create policy organization_update on organizations for update to arketic_app
    using (id = (select current_organization_id()));
create policy organization_delete on organizations for delete to arketic_app
    using (id = (select current_organization_id()));
create policy definer_read on organizations for select to arketic_owner using (true);
create policy definer_update on organizations for update to arketic_owner using (true);

create policy settings_rows on organization_settings to arketic_app
    using (organization_id = (select current_organization_id()));

create policy operator_read on organizations for select to arketic_ops using (true);
create policy operator_read on organization_members for select to arketic_ops using (true);
create policy operator_read on organization_settings for select to arketic_ops using (true);

grant select, insert, update, delete
    on users, refresh_tokens, organizations, organization_members, organization_settings to arketic_app;
grant select on organizations, organization_members, organization_settings to arketic_ops;
