-- Provisioning over SCIM: an organization's directory manages its members and groups.

-- Opens the organization of a SCIM token before the tenant is known. Revoked tokens, and those of organizations out of service,
-- give no row.
create or replace function enter_scim(hash text) returns table (
        id uuid, organization_id uuid, default_role organization_role)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with found as (
        select t.id, t.organization_id, t.default_role
        from scim_tokens t
        join organizations o on o.id = t.organization_id and o.status in ('active', 'trial')
        where t.token_hash = hash and t.revoked_at is null
          and current_user_id() is null and current_organization_id() is null
    ), noted as (
        -- Once a minute at most, so that a busy token is not a contended row.
        update scim_tokens t set last_used_at = now()
        from found f
        where t.id = f.id and (t.last_used_at is null or t.last_used_at < now() - interval '1 minute')
    )
    select f.id, f.organization_id, f.default_role from found f
$$;

-- Changes names and address of an account that the current organization's directory made, while it belongs to no other
-- organization, has no role in the platform, and both addresses are of verified domains. False leaves the account as it is.
create or replace function change_scim_account(person uuid, address text, first text, last text) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    tenant uuid := current_organization_id();
    former text;
begin
    if current_user_id() is not null then
        return false;
    end if;
    select u.email into former from users u
    join scim_users s on s.user_id = u.id and s.organization_id = tenant and s.made_account
    where u.id = person and u.role = 'user'
      and not exists (
          select from organization_members m where m.user_id = u.id and m.organization_id <> tenant)
      and (
          select count(*) from organization_domains d
          where d.organization_id = tenant and d.verified_at is not null
            and d.domain in (split_part(u.email, '@', -1), split_part(address, '@', -1)))
          = case when split_part(u.email, '@', -1) = split_part(address, '@', -1) then 1 else 2 end
    for update of u;
    if not found then
        return false;
    end if;
    update users u set email = address, first_name = first, last_name = last
    where u.id = person and (u.email, u.first_name, u.last_name) is distinct from (address, first, last);
    if former <> address then
        delete from email_verification_tokens t where t.user_id = person;
        delete from password_reset_tokens t where t.user_id = person;
    end if;
    return true;
end $$;

revoke execute on function
    enter_scim(text), change_scim_account(uuid, text, text, text) from public;
grant execute on function
    enter_scim(text), change_scim_account(uuid, text, text, text) to arketic_app;
