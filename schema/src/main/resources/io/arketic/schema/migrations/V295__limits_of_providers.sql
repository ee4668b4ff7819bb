-- A session that a provider opened ends at a fixed time, so that the provider is asked again. enter_session and
-- ended_credentials follow it (functions/R__accounts.sql), and claim_unverified_account refuses more accounts.
alter table user_sessions add column ends_at timestamptz;

-- It also returns the role in the platform and the membership, so that an organization's provider opens no other accounts.
drop function sign_in_account(text, text, text, text);
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
revoke execute on function sign_in_account(text, text, text, text) from public;
grant execute on function sign_in_account(text, text, text, text) to arketic_app;
