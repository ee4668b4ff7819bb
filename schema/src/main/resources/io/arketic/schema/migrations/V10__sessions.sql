-- A session is one login: its access tokens name it and its refresh tokens are its family. It is looked at with every
-- request, so that it ends at once. Refresh tokens from before belong to no session: their holders log in again.

create table user_sessions (
    id uuid primary key default uuid_v7(),
    user_id uuid not null references users on delete cascade,
    created_at timestamptz not null default now(),
    -- To ten seconds.
    last_seen_at timestamptz not null default now(),
    second_factor boolean not null default false,
    user_agent varchar(300),
    revoked_at timestamptz
);
create index idx_session_user on user_sessions (user_id);
create index idx_session_seen on user_sessions (last_seen_at);
alter table user_sessions enable row level security;
alter table user_sessions force row level security;
grant select, insert, update, delete on user_sessions to arketic_app;
create policy session_rows on user_sessions to arketic_app
    using (
        user_id = (select current_user_id())
        or (select current_user_id() is null and current_organization_id() is null));
create policy definer_all on user_sessions to arketic_owner using (true);
-- Its session is revoked instead.
alter table refresh_tokens drop column revoked_at;

create policy definer_read on users for select to arketic_owner using (true);
create policy definer_read on organization_members for select to arketic_owner using (true);

-- Whose session it is. Nothing when it was revoked, its user is not active, or it was idle for longer than one of the
-- user's organizations allows.
create function enter_session(session uuid)
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

-- The system role of whom the transaction runs for; null when it runs for nobody who is active.
create function current_system_role() returns user_role
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.role from users u where u.id = current_user_id() and u.is_active and u.status = 'active'
$$;

create policy account_read on users for select to arketic_app
    using ((select current_system_role()) in ('super_admin', 'admin'));
create policy account_update on users for update to arketic_app
    using ((select current_system_role()) = 'super_admin');

revoke execute on function enter_session(uuid), current_system_role() from public;
grant execute on function enter_session(uuid), current_system_role() to arketic_app;

-- updated_at is what a caller's If-Match speaks of: a login is no change.
drop trigger users_touch on users;
create trigger users_touch
    before update of email, username, password_hash, first_name, last_name, role, status, is_verified, is_active,
        two_factor_enabled
    on users
    for each row execute function touch_updated_at();
