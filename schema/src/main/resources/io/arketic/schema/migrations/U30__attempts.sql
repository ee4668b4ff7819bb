create or replace function resolve_invitation(hash text)
    returns table (
        id uuid, organization_id uuid, organization_name varchar, organization_slug varchar, email varchar,
        role organization_role, invited_by_id uuid, expires_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select i.id, i.organization_id, o.name, o.slug, i.email, i.role, i.invited_by_id, i.expires_at
    from organization_invitations i
    join organizations o on o.id = i.organization_id and o.status in ('active', 'trial')
    where i.token_hash = hash and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
$$;
do $$ begin
    execute replace(pg_get_functiondef('purge_expired'::regproc), '    return query with gone as (
        delete from attempts where subject in (
            select a.subject from attempts a
            where a.full_at < now()
            order by a.full_at limit batch for update skip locked)
        returning 1
    ) select ''attempts'', count(*) from gone;
', '');
end $$;
drop table attempts;
