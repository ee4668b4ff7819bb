-- Provisioning over SCIM 2.0 (RFC 7643, RFC 7644): an organization's tokens, what its directory says of users, the groups that
-- the directory provides, and former members whose property is not handed over yet.

create table scim_tokens (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    created_by_id uuid references users on delete set null,
    name varchar(100) not null,
    -- The role of members that the token adds.
    default_role organization_role not null default 'member' check (default_role <> 'owner'),
    -- The first characters, for people to tell tokens apart.
    token_prefix varchar(20) not null,
    token_hash varchar(64) not null unique,
    created_at timestamptz not null default now(),
    rotated_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);
create index idx_scim_token_org on scim_tokens (organization_id);
create index idx_scim_token_created_by on scim_tokens (created_by_id);
create trigger scim_tokens_audit after insert or update or delete on scim_tokens
    for each row execute function record_change('scim_tokens');

-- A user as its directory describes it. The user alone decides about the account.
create table scim_users (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    user_id uuid not null references users on delete cascade,
    user_name varchar(255) not null,
    external_id varchar(255),
    first_name varchar(100) not null,
    last_name varchar(100) not null,
    display_name varchar(255),
    -- Whether the directory made the account.
    made_account boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_scim_user unique (organization_id, user_id)
);
create unique index uq_scim_user_name on scim_users (organization_id, lower(user_name));
create index idx_scim_user_external on scim_users (organization_id, external_id);
create index idx_scim_user_user on scim_users (user_id);
create trigger scim_users_touch before update on scim_users
    for each row execute function touch_updated_at();
create trigger scim_users_audit after insert or update or delete on scim_users
    for each row execute function record_change('scim_users');

-- The work that is left after a membership ended.
create table member_handovers (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    user_id uuid not null references users on delete cascade,
    ended_at timestamptz not null default now(),
    -- The next try after a failure.
    retry_at timestamptz,
    constraint uq_member_handover unique (organization_id, user_id)
);
create index idx_member_handover_user on member_handovers (user_id);
create index idx_member_handover_ended on member_handovers (ended_at);

do $$
declare
    name text;
begin
    foreach name in array array['scim_tokens', 'scim_users', 'member_handovers'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy definer_all on %I to arketic_owner using (true)', name);
        execute format(
            'create policy tenant_rows on %I to arketic_app using (organization_id = (select current_organization_id()))',
            name);
        execute format('create policy operator_read on %I for select to arketic_ops using (true)', name);
    end loop;
end $$;
grant select (
    id, organization_id, created_by_id, name, default_role, token_prefix, created_at, rotated_at, last_used_at, revoked_at)
    on scim_tokens to arketic_app, arketic_ops;
grant insert, update (name, default_role, token_prefix, token_hash, rotated_at, revoked_at) on scim_tokens to arketic_app;
grant select, insert, delete, update (user_name, external_id, first_name, last_name, display_name) on scim_users to arketic_app;
grant select on member_handovers to arketic_app;
grant select on scim_users, member_handovers to arketic_ops;

-- A group that the directory provides is changed by it only, while the organization has a token.
alter table member_groups
    add column provided boolean not null default false,
    add column external_id varchar(255);
grant insert (provided, external_id), update (provided, external_id) on member_groups to arketic_app;

