create or replace function current_system_role() returns user_role
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.role from users u where u.id = current_user_id() and u.is_active and u.status = 'active'
$$;

create or replace function enter_session(session uuid)
    returns table (user_id uuid, role user_role, second_factor boolean)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with found as (
        select s.id, s.user_id, u.role, s.second_factor and u.two_factor_enabled as second_factor
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
    select f.user_id, f.role, f.second_factor from found f
$$;
