-- Sign-in through OpenID Connect providers: of the deployment, and of organizations with verified domains.

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

-- Returns the organization of a provider that has the current user as a member.
create or replace function provider_organization(wanted uuid) returns uuid
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return (
        select p.organization_id from identity_providers p
        join organization_members m on m.organization_id = p.organization_id
        where p.id = wanted and m.user_id = current_user_id() and m.is_active);
end $$;

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
-- user of the provider's present issuer is linked to it, member that the provider's organization has it as a member.
create or replace function sign_in_account(wanted_provider text, wanted_issuer text, wanted_subject text, address text)
    returns table (
        user_id uuid, email text, linked boolean, occupied boolean, verified boolean, usable boolean, second_factor boolean,
        role user_role, member boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with link as (
        select i.user_id from user_identities i
        where i.provider = wanted_provider and i.issuer = wanted_issuer and i.subject = wanted_subject)
    select u.id, u.email::text, l.user_id is not null,
        l.user_id is null and exists (
            select from user_identities k
            where k.user_id = u.id and k.provider = wanted_provider and k.issuer = wanted_issuer),
        u.is_verified, u.is_active and u.status in ('active', 'pending_verification'), u.two_factor_enabled, u.role,
        exists (
            select from identity_providers p
            join organization_members m on m.organization_id = p.organization_id and m.is_active
            where p.id::text = wanted_provider and m.user_id = u.id)
    from users u
    left join link l on l.user_id = u.id
    where case when exists (select from link) then l.user_id is not null else u.email = address end
      and current_user_id() is null and current_organization_id() is null
$$;

-- Gives an account whose address was never confirmed to the user that a provider vouches for. What opened it before opens
-- it no longer. An account with a second factor or a role in the platform stays as it is.
create or replace function claim_unverified_account(encoded text) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update users u
    set password_hash = encoded, password_changed_at = now(), is_verified = true, email_verified_at = now(),
        status = 'active', two_factor_secret = null, last_totp_step = null, sessions_revoked_at = now()
    where u.id = current_user_id() and not u.is_verified and u.role = 'user' and not u.two_factor_enabled;
    if not found then
        return false;
    end if;
    update user_sessions s set revoked_at = now() where s.user_id = current_user_id() and s.revoked_at is null;
    update api_keys k set revoked_at = now() where k.created_by_id = current_user_id() and k.revoked_at is null;
    update personal_tokens t set revoked_at = now() where t.user_id = current_user_id() and t.revoked_at is null;
    delete from email_verification_tokens t where t.user_id = current_user_id();
    delete from password_reset_tokens t where t.user_id = current_user_id();
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
    -- A report of a user, unlike that of one session, also ends the personal tokens made through the provider.
    if ended_session is null and ended_subject is not null then
        update personal_tokens t set revoked_at = now()
        where t.provider = ended_provider and t.revoked_at is null and t.created_at <= reported
          and t.user_id in (
              select i.user_id from user_identities i
              where i.provider = ended_provider and i.subject = ended_subject);
    end if;
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
    update personal_tokens t set revoked_at = now()
    where t.user_id = person and t.provider = of_provider and t.revoked_at is null;
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
        update personal_tokens t set revoked_at = now() where t.provider = old.id::text and t.revoked_at is null;
    elsif new.issuer <> old.issuer or new.client_id <> old.client_id then
        delete from user_identities i where i.provider = old.id::text and i.issuer <> new.issuer;
        update user_sessions s set revoked_at = now() where s.provider = old.id::text and s.revoked_at is null;
        update personal_tokens t set revoked_at = now() where t.provider = old.id::text and t.revoked_at is null;
    elsif new.second_factor_values <> old.second_factor_values then
        update user_sessions s set provider_factor = false where s.provider = old.id::text and s.provider_factor;
        update personal_tokens t set provider_factor = false where t.provider = old.id::text and t.provider_factor;
    end if;
    return null;
end $$;

revoke execute on function
    sign_in_provider(uuid), provider_organization(uuid), sign_in_provider_of_domain(text), sign_in_account(text, text, text, text),
    claim_unverified_account(text), end_provider_sessions(text, text, text, timestamptz), unlink_identity(uuid),
    forget_identity_provider() from public;
grant execute on function
    sign_in_provider(uuid), provider_organization(uuid), sign_in_provider_of_domain(text), sign_in_account(text, text, text, text),
    claim_unverified_account(text), end_provider_sessions(text, text, text, timestamptz), unlink_identity(uuid)
    to arketic_app;
