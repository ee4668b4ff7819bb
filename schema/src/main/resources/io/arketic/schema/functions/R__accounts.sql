-- Accounts, sessions, API keys and the secrets that open them. No function shows a password's hash.

-- Tells whether a user shows its profile to members of the same organizations; the default is yes.
create or replace function shows_profile(person uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select not exists (
        select from user_preferences p where p.user_id = person and p.profile_visibility = 'private')
$$;

-- Returns how a password's hash was made: algorithm, costs and salt, without the hash.
create or replace function password_salt(encoded text) returns text
    language sql immutable strict set search_path = pg_catalog, public, pg_temp as $$
    select regexp_replace(encoded, '[^$]*$', '')
$$;

-- Tells whether an account's password has this hash, which is as hard to guess as the password.
create or replace function password_opens(account uuid, encoded text) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from users u where u.id = account and u.password_hash = encoded)
$$;

-- Finds what a login compares, by the whole address. It works only in a transaction without a user.
create or replace function login_by_email(address text) returns table (
        id uuid, password_salt text, two_factor_enabled boolean, is_active boolean, status user_status,
        locked_until timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.id, password_salt(u.password_hash::text), u.two_factor_enabled, u.is_active, u.status, u.locked_until
    from users u
    where u.email = address and current_user_id() is null and current_organization_id() is null
$$;

-- Returns the current user's own secrets.
create or replace function own_secrets() returns table (
        password_salt text, two_factor_secret text, last_totp_step bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select password_salt(u.password_hash::text), u.two_factor_secret, u.last_totp_step
    from users u where u.id = current_user_id()
$$;

-- Finds an account by its whole address, for messages to it.
create or replace function account_by_email(address text) returns table (
        id uuid, is_verified boolean, is_active boolean, status user_status)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.id, u.is_verified, u.is_active, u.status from users u where u.email = address
$$;

-- Finds the account of a verification token while the token is valid.
create or replace function verification_claim(hash text) returns table (id uuid, email text, password_salt text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.id, t.email::text, password_salt(u.password_hash::text)
    from email_verification_tokens t join users u on u.id = t.user_id
    where t.token_hash = hash and t.used_at is null and t.expires_at > now()
      and u.is_active and u.status in ('active', 'pending_verification')
$$;

-- Finds the account of a reset token while the token is valid.
create or replace function password_reset_claim(hash text) returns table (id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.id from password_reset_tokens t join users u on u.id = t.user_id
    where t.token_hash = hash and t.used_at is null and t.expires_at > now()
      and u.is_active and u.status in ('active', 'pending_verification')
$$;

-- Finds the session of a refresh token, valid or not.
create or replace function session_of_token(hash text) returns table (session_id uuid, user_id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select t.family_id, t.user_id from refresh_tokens t where t.token_hash = hash
$$;

-- Opens the session of a request. In PL/pgSQL it is planned once for a connection: 0.13 ms instead of 0.6.
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
          and (s.ends_at is null or s.ends_at > now())
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

-- Returns those of the given sessions, API keys and personal tokens that a request could no longer use.
create or replace function ended_credentials(credentials uuid[]) returns setof uuid
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return query
    select given from unnest(credentials) given
    where not exists (
        select from user_sessions s
        join users u on u.id = s.user_id and u.is_active and u.status = 'active'
        where s.id = given and s.revoked_at is null
          and s.created_at >= coalesce(u.sessions_revoked_at, '-infinity')
          and (s.ends_at is null or s.ends_at > now())
          and not exists (
              select from organization_members m
              join organization_settings t on t.organization_id = m.organization_id
              where m.user_id = s.user_id and m.is_active
                and s.last_seen_at <= now() - make_interval(mins => t.session_timeout_minutes)))
      and not exists (
        select from api_keys k
        join organizations o on o.id = k.organization_id and o.status in ('active', 'trial')
        join organization_settings t on t.organization_id = k.organization_id and t.enable_api_access
        join users u on u.id = k.created_by_id and u.is_active and u.status = 'active'
        where k.id = given and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()))
      and not exists (
        select from personal_tokens t
        join users u on u.id = t.user_id and u.is_active and u.status = 'active'
        where t.id = given and t.revoked_at is null and t.expires_at > now()
          and exists (
              select from organization_members m
              join organization_settings s on s.organization_id = m.organization_id and s.enable_api_access
              where m.user_id = t.user_id and m.is_active));
end $$;

-- Finds the owner of an API key before the tenant is known. Revoked and expired keys, and organizations without
-- service or API access, give no row.
create or replace function resolve_api_key(hash text) returns table (
        id uuid, organization_id uuid, created_by_id uuid, scopes text[], expires_at timestamptz)
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

-- Opens the account of an API key.
create or replace function enter_api_key(hash text) returns table (
        id uuid, organization_id uuid, scopes text[], user_id uuid, role user_role)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select k.id, k.organization_id, k.scopes, u.id, u.role
    from resolve_api_key(hash) k
    join users u on u.id = k.created_by_id and u.is_active and u.status = 'active'
$$;

-- Opens like enter_api_key() the account of a key that was shown before.
create or replace function resume_api_key(key uuid) returns table (
        id uuid, organization_id uuid, scopes text[], user_id uuid, role user_role)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select e.* from api_keys k, enter_api_key(k.key_hash) e
    where k.id = key and k.organization_id = current_organization_id() and k.created_by_id = current_user_id()
$$;

-- Opens the account of a personal token. Revoked and expired tokens, and accounts that are not active, give no row.
create or replace function enter_personal_token(hash text) returns table (
        id uuid, user_id uuid, role user_role, scopes text[], second_factor boolean, provider text,
        provider_factor boolean, created_at timestamptz)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with found as (
        select t.id, t.user_id, u.role, t.scopes, t.second_factor and u.two_factor_enabled as second_factor,
            t.provider::text as provider, t.provider_factor, t.created_at
        from personal_tokens t
        join users u on u.id = t.user_id and u.is_active and u.status = 'active'
        where t.token_hash = hash and t.revoked_at is null and t.expires_at > now()
    ), noted as (
        -- Once a minute at most, so that a busy token is not a contended row.
        update personal_tokens t set last_used_at = now()
        from found f
        where t.id = f.id and (t.last_used_at is null or t.last_used_at < now() - interval '1 minute')
    )
    select f.id, f.user_id, f.role, f.scopes, f.second_factor, f.provider, f.provider_factor, f.created_at from found f
$$;

-- Opens like enter_personal_token() the account of a token that was shown before.
create or replace function resume_personal_token(token uuid) returns table (
        id uuid, user_id uuid, role user_role, scopes text[], second_factor boolean, provider text,
        provider_factor boolean, created_at timestamptz)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select e.* from personal_tokens t, enter_personal_token(t.token_hash) e
    where t.id = token and t.user_id = current_user_id()
$$;

-- Names an API key or a personal token of the current user or organization for the audit log; null for a session.
create or replace function credential_name(credential uuid) returns text
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select format('personal token "%s" (%s…)', t.name, t.token_prefix)
    from personal_tokens t where t.id = credential and t.user_id = current_user_id()
    union all
    select format('API key "%s" (%s…)', k.name, k.key_prefix) from api_keys k
    where k.id = credential and (k.created_by_id = current_user_id() or k.organization_id = current_organization_id())
$$;

-- Returns the key for a call to a model provider: the user's own, otherwise the organization's.
create or replace function provider_key(wanted text) returns table (id uuid, encrypted_key text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select p.id, p.encrypted_key from provider_keys p
    where p.provider = wanted
      and (p.user_id = current_user_id()
        or p.organization_id = current_organization_id() and exists (
            select from organization_members m
            where m.organization_id = p.organization_id and m.user_id = current_user_id() and m.is_active))
    order by p.user_id is null, p.name = 'default' desc, p.id desc limit 1
$$;

-- Finds an invitation by its token. It is void once its sender is no longer an admin.
create or replace function resolve_invitation(hash text) returns table (
        id uuid, organization_id uuid, organization_name character varying, organization_slug character varying,
        email character varying, role organization_role, invited_by_id uuid, expires_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select i.id, i.organization_id, o.name, o.slug, i.email, i.role, i.invited_by_id, i.expires_at
    from organization_invitations i
    join organizations o on o.id = i.organization_id and o.status in ('active', 'trial')
    join organization_members m on m.organization_id = i.organization_id and m.user_id = i.invited_by_id
        and m.is_active and (m.role = 'owner' or m.role = 'admin' and i.role <> 'owner')
    join users u on u.id = m.user_id and u.is_active
    where i.token_hash = hash and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
$$;

-- Refuses a change of a system role except by a super admin or an operator.
create or replace function guard_system_role() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
    before user_role := 'user';
begin
    if tg_op = 'UPDATE' then
        before := old.role;
    end if;
    -- A superuser is a member of every role.
    if new.role <> before and pg_has_role(current_user, 'arketic_app', 'member')
        and not (select r.rolsuper from pg_roles r where r.rolname = current_user)
        and current_system_role() is distinct from 'super_admin' then
        raise insufficient_privilege using message = 'only a super admin gives a system role';
    end if;
    return new;
end $$;

-- Tells the processes that a user's rights became fewer.
create or replace function announce_access() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform pg_notify('arketic_access', coalesce(to_jsonb(old) ->> 'user_id', to_jsonb(old) ->> 'id'));
    return null;
end $$;

-- Tells the processes that sessions or API keys ended.
create or replace function announce_end() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform pg_notify('arketic_access', coalesce(to_jsonb(old) ->> 'user_id', to_jsonb(old) ->> 'created_by_id'));
    return null;
end $$;

revoke execute on function
    shows_profile(uuid), password_salt(text), password_opens(uuid, text), login_by_email(text), own_secrets(),
    account_by_email(text), verification_claim(text), password_reset_claim(text), session_of_token(text),
    enter_session(uuid), ended_credentials(uuid[]), resolve_api_key(text), enter_api_key(text), resume_api_key(uuid),
    provider_key(text), resolve_invitation(text), guard_system_role(), announce_access(), announce_end(),
    enter_personal_token(text), resume_personal_token(uuid), credential_name(uuid) from public;
grant execute on function
    shows_profile(uuid), password_opens(uuid, text), login_by_email(text), own_secrets(), account_by_email(text),
    verification_claim(text), password_reset_claim(text), session_of_token(text), enter_session(uuid),
    ended_credentials(uuid[]), enter_api_key(text), resume_api_key(uuid), enter_personal_token(text),
    resume_personal_token(uuid), provider_key(text),
    resolve_invitation(text) to arketic_app;
