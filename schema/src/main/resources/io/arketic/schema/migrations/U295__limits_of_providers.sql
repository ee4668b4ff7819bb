drop function sign_in_account(text, text, text, text);
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
revoke execute on function sign_in_account(text, text, text, text) from public;
grant execute on function sign_in_account(text, text, text, text) to arketic_app;

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
        where k.id = given and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()));
end $$;

alter table user_sessions drop column ends_at;
