drop function enter_session(uuid);
create or replace function enter_session(session uuid) returns table (
        user_id uuid, role user_role, second_factor boolean)
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
    return query
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
    select f.user_id, f.role, f.second_factor from found f;
end
$$;
revoke execute on function enter_session(uuid) from public;
grant execute on function enter_session(uuid) to arketic_app;

alter table group_members drop column provisioned;
alter table organization_members drop column provisioned;
alter table user_sessions
    drop column provider_factor, drop column provider_session, drop column provider_subject, drop column provider;
drop table user_identities;
drop table identity_providers;
drop table organization_domains;
drop function
    sign_in_provider(uuid), sign_in_provider_of_domain(text), sign_in_account(text, text, text, text),
    claim_unverified_account(text), end_provider_sessions(text, text, text, timestamptz), unlink_identity(uuid),
    forget_identity_provider();
