-- Sign-in through OpenID Connect: domains that an organization has verified, its provider, and which user of a provider an
-- account belongs to.

create table organization_domains (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    domain varchar(253) not null,
    -- Public: it stands in the domain's TXT record.
    txt_record varchar(100) not null,
    verified_at timestamptz,
    created_at timestamptz not null default now(),
    constraint uq_organization_domain unique (organization_id, domain)
);
create unique index uq_verified_domain on organization_domains (domain) where verified_at is not null;
create trigger organization_domains_audit after insert or update or delete on organization_domains
    for each row execute function record_change('organization_domains');

create table identity_providers (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    name varchar(100) not null,
    issuer varchar(500) not null,
    client_id varchar(300) not null,
    encrypted_key text,
    confidential boolean not null generated always as (encrypted_key is not null) stored,
    addresses_verified boolean not null default false,
    second_factor_values text[] not null default '{}',
    password_sign_in boolean not null default true,
    role_claim varchar(200),
    role_mappings jsonb not null default '[]',
    default_role organization_role check (default_role <> 'owner'),
    group_claim varchar(200),
    group_mappings jsonb not null default '[]',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_identity_provider unique (organization_id)
);
create trigger identity_providers_touch before update on identity_providers
    for each row execute function touch_updated_at();
create trigger identity_providers_audit after insert or update or delete on identity_providers
    for each row execute function record_change('identity_providers');

-- provider is the name of one of the deployment's, or the id of an organization's.
create table user_identities (
    id uuid primary key default uuid_v7(),
    user_id uuid not null references users on delete cascade,
    provider varchar(64) not null,
    issuer varchar(500) not null,
    subject varchar(255) not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    constraint uq_user_identity unique (provider, issuer, subject),
    constraint uq_user_identity_of_account unique (user_id, provider)
);

do $$
declare
    name text;
begin
    foreach name in array array['organization_domains', 'identity_providers', 'user_identities'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy definer_all on %I to arketic_owner using (true)', name);
    end loop;
    foreach name in array array['organization_domains', 'identity_providers'] loop
        execute format(
            'create policy tenant_rows on %I to arketic_app using (organization_id = (select current_organization_id()))',
            name);
        execute format('create policy operator_read on %I for select to arketic_ops using (true)', name);
    end loop;
end $$;
create policy own_rows on user_identities to arketic_app using (user_id = (select current_user_id()));
grant select, insert, update (verified_at), delete on organization_domains to arketic_app;
grant select on organization_domains to arketic_ops;
grant select (
    id, organization_id, name, issuer, client_id, confidential, addresses_verified, second_factor_values, password_sign_in, role_claim,
    role_mappings, default_role, group_claim, group_mappings, created_at, updated_at)
    on identity_providers to arketic_app, arketic_ops;
grant insert, delete, update (
    name, issuer, client_id, encrypted_key, addresses_verified, second_factor_values, password_sign_in, role_claim,
    role_mappings, default_role, group_claim, group_mappings) on identity_providers to arketic_app;
grant select, insert, update (last_used_at), delete on user_identities to arketic_app;

alter table user_sessions
    add column provider varchar(64),
    add column provider_subject varchar(255),
    add column provider_session varchar(255),
    add column provider_factor boolean not null default false;

-- granted: the provider's claims made the membership. withdrawn: they ended it, and may make it again.
alter table organization_members add column provisioned varchar(10);
grant update (provisioned) on organization_members to arketic_app;
alter table group_members add column provisioned boolean not null default false;
grant insert (provisioned) on group_members to arketic_app;

drop function enter_session(uuid);
create or replace function enter_session(session uuid) returns table (
        user_id uuid, role user_role, second_factor boolean, provider text, provider_factor boolean)
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
    return query
    with found as (
        select s.id, s.user_id, u.role, s.second_factor and u.two_factor_enabled as second_factor,
            s.provider::text as provider, s.provider_factor
        from user_sessions s
        join users u on u.id = s.user_id and u.is_active and u.status = 'active'
        where s.id = session and s.revoked_at is null
          and s.created_at >= coalesce(u.sessions_revoked_at, '-infinity')
          and not exists (
              select from organization_members m
              join organization_settings t on t.organization_id = m.organization_id
              where m.user_id = s.user_id and m.is_active
                and s.last_seen_at <= now() - make_interval(mins => t.session_timeout_minutes))
    ), noted as (
        update user_sessions s set last_seen_at = now()
        from found f
        where s.id = f.id and s.last_seen_at < now() - interval '10 seconds'
    )
    select f.user_id, f.role, f.second_factor, f.provider, f.provider_factor from found f;
end
$$;
revoke execute on function enter_session(uuid) from public;
grant execute on function enter_session(uuid) to arketic_app;

-- Finds an organization's provider. It works only in a transaction without a user.
create or replace function sign_in_provider(wanted uuid) returns table (
        id uuid, organization_id uuid, name text, issuer text, client_id text, encrypted_key text,
        addresses_verified boolean, second_factor_values text[], role_claim text, role_mappings jsonb, default_role text,
        group_claim text, group_mappings jsonb, domains text[], updated_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select p.id, p.organization_id, p.name::text, p.issuer::text, p.client_id::text, p.encrypted_key,
        p.addresses_verified, p.second_factor_values, p.role_claim::text, p.role_mappings, p.default_role::text,
        p.group_claim::text, p.group_mappings, array(
            select d.domain::text from organization_domains d
            where d.organization_id = p.organization_id and d.verified_at is not null),
        p.updated_at
    from identity_providers p
    join organizations o on o.id = p.organization_id and o.status in ('active', 'trial')
    where p.id = wanted and current_user_id() is null and current_organization_id() is null
$$;

-- Finds the provider for the addresses of a domain.
create or replace function sign_in_provider_of_domain(wanted text) returns table (id uuid, name text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select p.id, p.name::text
    from organization_domains d
    join identity_providers p on p.organization_id = d.organization_id
    join organizations o on o.id = p.organization_id and o.status in ('active', 'trial')
    where d.domain = wanted and d.verified_at is not null
      and current_user_id() is null and current_organization_id() is null
$$;

-- Finds the account of a provider's user: the linked one, otherwise the one with this address. occupied tells that another
-- user of the provider is linked to it.
create or replace function sign_in_account(wanted_provider text, wanted_issuer text, wanted_subject text, address text)
    returns table (
        user_id uuid, email text, linked boolean, occupied boolean, verified boolean, usable boolean, second_factor boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with link as (
        select i.user_id from user_identities i
        where i.provider = wanted_provider and i.issuer = wanted_issuer and i.subject = wanted_subject)
    select u.id, u.email::text, l.user_id is not null,
        l.user_id is null and exists (
            select from user_identities k where k.user_id = u.id and k.provider = wanted_provider),
        u.is_verified, u.is_active and u.status in ('active', 'pending_verification'), u.two_factor_enabled
    from users u
    left join link l on l.user_id = u.id
    where case when exists (select from link) then l.user_id is not null else u.email = address end
      and current_user_id() is null and current_organization_id() is null
$$;

-- Gives an account whose address was never confirmed to the user that a provider vouches for. What opened it before opens
-- it no longer.
create or replace function claim_unverified_account(encoded text) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update users u
    set password_hash = encoded, password_changed_at = now(), is_verified = true, email_verified_at = now(),
        status = 'active', two_factor_enabled = false, two_factor_secret = null, last_totp_step = null,
        sessions_revoked_at = now()
    where u.id = current_user_id() and not u.is_verified;
    if not found then
        return false;
    end if;
    update user_sessions s set revoked_at = now() where s.user_id = current_user_id() and s.revoked_at is null;
    update api_keys k set revoked_at = now() where k.created_by_id = current_user_id() and k.revoked_at is null;
    return true;
end $$;

-- Ends the sessions that a provider reports as ended: one of them, or all of a user, if they began before the report.
create or replace function end_provider_sessions(
        ended_provider text, ended_subject text, ended_session text, reported timestamptz) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    ended integer;
begin
    if current_user_id() is not null or current_organization_id() is not null then
        return 0;
    end if;
    update user_sessions s set revoked_at = now()
    where s.provider = ended_provider and s.revoked_at is null and s.created_at <= reported
      and (ended_subject is null or s.provider_subject = ended_subject)
      and (ended_session is null or s.provider_session = ended_session);
    get diagnostics ended = row_count;
    return ended;
end $$;

-- Removes the link of a member's account to the current organization's provider, and ends the sessions that it opened.
create or replace function unlink_identity(member uuid) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    of_provider text := (select p.id::text from identity_providers p where p.organization_id = current_organization_id());
    person uuid := (
        select m.user_id from organization_members m
        where m.id = member and m.organization_id = current_organization_id());
begin
    if not administers_organization() then
        raise insufficient_privilege using message = 'only an admin removes a link';
    end if;
    delete from user_identities i where i.user_id = person and i.provider = of_provider;
    if not found then
        return false;
    end if;
    update user_sessions s set revoked_at = now()
    where s.user_id = person and s.provider = of_provider and s.revoked_at is null;
    return true;
end $$;

-- Ends what a provider opened when the provider is removed or becomes another one. A second factor that is no longer trusted
-- does not count in open sessions either.
create or replace function forget_identity_provider() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        delete from user_identities i where i.provider = old.id::text;
        update user_sessions s set revoked_at = now() where s.provider = old.id::text and s.revoked_at is null;
    elsif new.issuer <> old.issuer or new.client_id <> old.client_id then
        delete from user_identities i where i.provider = old.id::text and i.issuer <> new.issuer;
        update user_sessions s set revoked_at = now() where s.provider = old.id::text and s.revoked_at is null;
    elsif new.second_factor_values <> old.second_factor_values then
        update user_sessions s set provider_factor = false where s.provider = old.id::text and s.provider_factor;
    end if;
    return null;
end $$;

revoke execute on function
    sign_in_provider(uuid), sign_in_provider_of_domain(text), sign_in_account(text, text, text, text),
    claim_unverified_account(text), end_provider_sessions(text, text, text, timestamptz), unlink_identity(uuid),
    forget_identity_provider() from public;
grant execute on function
    sign_in_provider(uuid), sign_in_provider_of_domain(text), sign_in_account(text, text, text, text),
    claim_unverified_account(text), end_provider_sessions(text, text, text, timestamptz), unlink_identity(uuid)
    to arketic_app;

create trigger identity_providers_forget after update or delete on identity_providers
    for each row execute function forget_identity_provider();
