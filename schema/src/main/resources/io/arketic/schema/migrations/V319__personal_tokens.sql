-- Personal access tokens: a user's programs act for the user, within scopes, in every organization that lets programs in.
-- A token counts like the session that made it: by its second factor and its provider.

create table personal_tokens (
    id uuid primary key default uuid_v7(),
    user_id uuid not null references users on delete cascade,
    name varchar(100) not null,
    -- The first characters of the token, for people to tell tokens apart.
    token_prefix varchar(20) not null,
    token_hash varchar(64) not null unique,
    scopes text[] not null,
    second_factor boolean not null,
    provider varchar(64),
    provider_factor boolean not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz
);
create index idx_personal_token_user on personal_tokens (user_id);
alter table personal_tokens enable row level security;
alter table personal_tokens force row level security;
create policy own_rows on personal_tokens to arketic_app using (user_id = (select current_user_id()));
create policy definer_all on personal_tokens to arketic_owner using (true);
grant select (
    id, user_id, name, token_prefix, scopes, second_factor, provider, provider_factor, created_at, expires_at, last_used_at,
    revoked_at) on personal_tokens to arketic_app;
grant insert (id, user_id, name, token_prefix, token_hash, scopes, second_factor, provider, provider_factor, expires_at),
    update (revoked_at, second_factor) on personal_tokens to arketic_app;
create trigger personal_tokens_end after update of revoked_at on personal_tokens
    for each row when (old.revoked_at is null and new.revoked_at is not null) execute function announce_end();

-- Which API key or personal token made a change; null for a session.
alter table audit_log add column credential text;
