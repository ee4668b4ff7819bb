-- What is counted over all API processes: logins, failures, letters that anybody can cause. Token buckets, each of which
-- is full again at a time. Unlogged: a crash forgets them, and nobody waits for the disk.

create unlogged table attempts (
    -- SHA-256 of what is counted and for whom.
    subject varchar(64) primary key,
    full_at timestamptz not null
);
create index idx_attempt_full on attempts (full_at);
alter table attempts enable row level security;
alter table attempts force row level security;
-- Nobody's rows: they are counted before anybody is known.
create policy own_work on attempts to arketic_app
    using ((select current_organization_id()) is null and (select current_user_id()) is null);
create policy definer_all on attempts to arketic_owner using (true);
grant select, insert, update, delete on attempts to arketic_app;

do $$
declare
    was text := pg_get_functiondef('purge_expired'::regproc);
    is_now text := replace(was, '    return query with gone as (
        delete from idempotency_keys', '    return query with gone as (
        delete from attempts where subject in (
            select a.subject from attempts a
            where a.full_at < now()
            order by a.full_at limit batch for update skip locked)
        returning 1
    ) select ''attempts'', count(*) from gone;
    return query with gone as (
        delete from idempotency_keys');
begin
    if is_now = was then
        raise exception 'purge_expired() is not what this migration knows';
    end if;
    execute is_now;
end $$;

-- As before, and it is worth no more than who sent it: an admin who is one no longer cannot come back by a letter sent
-- to itself beforehand.
create or replace function resolve_invitation(hash text)
    returns table (
        id uuid, organization_id uuid, organization_name varchar, organization_slug varchar, email varchar,
        role organization_role, invited_by_id uuid, expires_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select i.id, i.organization_id, o.name, o.slug, i.email, i.role, i.invited_by_id, i.expires_at
    from organization_invitations i
    join organizations o on o.id = i.organization_id and o.status in ('active', 'trial')
    join organization_members m on m.organization_id = i.organization_id and m.user_id = i.invited_by_id
        and m.is_active and (m.role = 'owner' or m.role = 'admin' and i.role <> 'owner')
    join users u on u.id = m.user_id and u.is_active
    where i.token_hash = hash and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
$$;
