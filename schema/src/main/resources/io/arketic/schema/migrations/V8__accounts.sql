-- What belongs to a user or opens an account: profile, preferences, one-time tokens, the second factor; and what an
-- organization hands out: invitations, API keys, keys of model providers, its use month by month.

alter table users
    -- RFC 6238: a time step that was accepted once is refused, as is every earlier one.
    add column last_totp_step bigint,
    -- Access tokens issued before are refused.
    add column sessions_revoked_at timestamptz;

create table user_profiles (
    id uuid primary key default uuid_v7(),
    user_id uuid not null unique default current_user_id() references users on delete cascade,
    avatar_url varchar(500),
    bio text,
    job_title varchar(100),
    company varchar(100),
    location varchar(100),
    timezone varchar(50) not null default 'UTC',
    language varchar(10) not null default 'en',
    skills jsonb,
    certifications jsonb,
    experience_years integer check (experience_years >= 0),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create trigger user_profiles_touch before update on user_profiles
    for each row execute function touch_updated_at();

create table user_preferences (
    id uuid primary key default uuid_v7(),
    user_id uuid not null unique default current_user_id() references users on delete cascade,
    theme varchar(20) not null default 'light',
    default_ai_model varchar(50) not null default 'gpt-4o',
    ai_response_style varchar(20) not null default 'balanced',
    ai_creativity_level integer not null default 5 check (ai_creativity_level between 1 and 10),
    notifications_enabled boolean not null default true,
    profile_visibility varchar(20) not null default 'organization'
        check (profile_visibility in ('private', 'organization', 'public')),
    custom_settings jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create trigger user_preferences_touch before update on user_preferences
    for each row execute function touch_updated_at();

-- Of every token below only the SHA-256 is stored, in hexadecimal.
create table email_verification_tokens (
    id uuid primary key default uuid_v7(),
    user_id uuid not null references users on delete cascade,
    -- The address that the token proves.
    email varchar(255) not null,
    token_hash varchar(64) not null unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
);
create index idx_email_verification_user on email_verification_tokens (user_id);
create index idx_email_verification_expires on email_verification_tokens (expires_at);

create table password_reset_tokens (
    id uuid primary key default uuid_v7(),
    user_id uuid not null references users on delete cascade,
    token_hash varchar(64) not null unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
);
create index idx_password_reset_user on password_reset_tokens (user_id);
create index idx_password_reset_expires on password_reset_tokens (expires_at);

create table two_factor_recovery_codes (
    id uuid primary key default uuid_v7(),
    user_id uuid not null references users on delete cascade,
    code_hash varchar(255) not null,
    created_at timestamptz not null default now(),
    used_at timestamptz,
    constraint uq_recovery_code unique (user_id, code_hash)
);

create table api_keys (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    created_by_id uuid references users on delete set null,
    name varchar(100) not null,
    -- The first characters of the key, for people to tell keys apart.
    key_prefix varchar(20) not null,
    key_hash varchar(64) not null unique,
    scopes text[] not null default '{}',
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);
create index idx_api_key_org on api_keys (organization_id);
create index idx_api_key_created_by on api_keys (created_by_id);

create table organization_invitations (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    email varchar(255) not null,
    role organization_role not null default 'member',
    token_hash varchar(64) not null unique,
    invited_by_id uuid references users on delete set null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    accepted_at timestamptz,
    accepted_by_id uuid references users on delete set null,
    revoked_at timestamptz
);
-- One open invitation for an address.
create unique index uq_invitation_open on organization_invitations (organization_id, lower(email))
    where accepted_at is null and revoked_at is null;
create index idx_invitation_invited_by on organization_invitations (invited_by_id);
create index idx_invitation_accepted_by on organization_invitations (accepted_by_id);
create index idx_invitation_org on organization_invitations (organization_id);

create table provider_keys (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    created_by_id uuid references users on delete set null,
    provider varchar(50) not null,
    name varchar(100) not null default 'default',
    base_url varchar(500),
    -- Encrypted by the application; the database never sees the key.
    encrypted_key text not null,
    last_four varchar(4),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_provider_key unique (organization_id, provider, name)
);
create index idx_provider_key_created_by on provider_keys (created_by_id);
create trigger provider_keys_touch before update on provider_keys
    for each row execute function touch_updated_at();

-- What an organization used in a month (UTC). The current month's requests stand in organizations as well, where they
-- are held against the limit.
create table usage_periods (
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    period_start date not null check (extract(day from period_start) = 1),
    ai_requests integer not null default 0,
    ai_tokens bigint not null default 0,
    ai_cost decimal(12, 4) not null default 0,
    updated_at timestamptz not null default now(),
    primary key (organization_id, period_start)
);

do $$
declare
    name text;
begin
    foreach name in array array[
        'user_profiles', 'user_preferences', 'email_verification_tokens', 'password_reset_tokens',
        'two_factor_recovery_codes', 'api_keys', 'organization_invitations', 'provider_keys', 'usage_periods'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to arketic_app', name);
    end loop;
    -- Before anybody is known they are reachable by whoever has the token, as refresh_tokens are; after that by the user.
    foreach name in array array[
        'email_verification_tokens', 'password_reset_tokens', 'two_factor_recovery_codes'] loop
        execute format(
            'create policy token_rows on %I to arketic_app using (
                user_id = (select current_user_id())
                or (select current_user_id() is null and current_organization_id() is null))', name);
    end loop;
    foreach name in array array['api_keys', 'organization_invitations', 'provider_keys', 'usage_periods'] loop
        execute format(
            'create policy tenant_rows on %I to arketic_app
                using (organization_id = (select current_organization_id()))', name);
        execute format('create policy definer_all on %I to arketic_owner using (true)', name);
    end loop;
end $$;

create policy preference_rows on user_preferences to arketic_app using (user_id = (select current_user_id()));
create policy definer_read on user_preferences for select to arketic_owner using (true);

-- Whether a user shows its profile to those it shares an organization with; who set nothing does.
create function shows_profile(person uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select not exists (
        select from user_preferences p where p.user_id = person and p.profile_visibility = 'private')
$$;

create policy profile_rows on user_profiles to arketic_app using (user_id = (select current_user_id()));
create policy profile_read on user_profiles for select to arketic_app
    using (
        exists (
            select from organization_members m
            where m.user_id = user_profiles.user_id and m.organization_id = (select current_organization_id()))
        and shows_profile(user_profiles.user_id));

create policy definer_read on organization_settings for select to arketic_owner using (true);

-- Whose key it is, before the tenant is known. Nothing when it is revoked or expired, or its organization is not in
-- service or has switched API access off.
create function resolve_api_key(hash text)
    returns table (id uuid, organization_id uuid, created_by_id uuid, scopes text[], expires_at timestamptz)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with found as (
        select k.id, k.organization_id, k.created_by_id, k.scopes, k.expires_at
        from api_keys k
        join organizations o on o.id = k.organization_id and o.status in ('active', 'trial')
        join organization_settings s on s.organization_id = k.organization_id and s.enable_api_access
        where k.key_hash = hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
    ), noted as (
        -- Once a minute at most, so that a busy key is not a contended row.
        update api_keys k set last_used_at = now()
        from found f
        where k.id = f.id and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute')
    )
    select f.id, f.organization_id, f.created_by_id, f.scopes, f.expires_at from found f
$$;

-- What an invitation's token opens, before its holder belongs to the organization. Nothing when it was accepted or
-- revoked, has expired, or the organization is not in service.
create function resolve_invitation(hash text)
    returns table (
        id uuid, organization_id uuid, organization_name varchar, organization_slug varchar, email varchar,
        role organization_role, invited_by_id uuid, expires_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select i.id, i.organization_id, o.name, o.slug, i.email, i.role, i.invited_by_id, i.expires_at
    from organization_invitations i
    join organizations o on o.id = i.organization_id and o.status in ('active', 'trial')
    where i.token_hash = hash and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
$$;

revoke execute on function shows_profile(uuid), resolve_api_key(text), resolve_invitation(text) from public;
grant execute on function shows_profile(uuid), resolve_api_key(text), resolve_invitation(text) to arketic_app;

create policy operator_read on usage_periods for select to arketic_ops using (true);
create policy operator_read on organization_invitations for select to arketic_ops using (true);
grant select on usage_periods, organization_invitations to arketic_ops;
