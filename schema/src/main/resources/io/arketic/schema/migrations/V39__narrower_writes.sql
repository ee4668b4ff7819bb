-- What a request may change of an organization, its members and its keys.

-- A member sees its own memberships everywhere and changes those of the transaction's organization only: before, an UPDATE could
-- move its own from where it is an owner into another organization.
alter policy member_rows on organization_members using (organization_id = (select current_organization_id()));
create policy own_memberships on organization_members for select to arketic_app
    using (user_id = (select current_user_id()));
revoke update on organization_members from arketic_app;
grant update (role, is_active, invited_by_id, joined_at) on organization_members to arketic_app;
-- A key stays the organization's or the user's whose it is.
revoke update on provider_keys from arketic_app;
grant update (encrypted_key, last_four, base_url, name) on provider_keys to arketic_app;

-- What an organization may use is written by this function alone, and it asks who wants it.
revoke insert, update on organizations from arketic_app;
grant insert (id, name, slug, description), update (name, description) on organizations to arketic_app;
create function change_subscription(
    organization uuid, tier subscription_tier, members integer, storage_gb integer, ai_requests integer,
    trial_ends timestamptz, subscription_ends timestamptz) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if current_system_role() is distinct from 'super_admin' then
        raise insufficient_privilege using message = 'only a super admin changes a subscription';
    end if;
    update organizations o
    set subscription_tier = tier, max_members = members, max_storage_gb = storage_gb,
        max_ai_requests_per_month = ai_requests, trial_ends_at = trial_ends, subscription_ends_at = subscription_ends,
        status = case
            when o.status not in ('active', 'trial') then o.status
            when trial_ends is null then 'active'
            else 'trial' end
    where o.id = organization;
end $$;
revoke execute on function
    change_subscription(uuid, subscription_tier, integer, integer, integer, timestamptz, timestamptz) from public;
grant execute on function
    change_subscription(uuid, subscription_tier, integer, integer, integer, timestamptz, timestamptz) to arketic_app;

-- One organization's number must not overflow the arithmetic that all organizations' maintenance does.
alter table organization_settings disable trigger organization_settings_audit;
update organization_settings
set data_retention_days = least(greatest(data_retention_days, 1), 36500),
    session_timeout_minutes = least(greatest(session_timeout_minutes, 1), 525600)
where data_retention_days not between 1 and 36500 or session_timeout_minutes not between 1 and 525600;
alter table organization_settings enable trigger organization_settings_audit;
alter table organization_settings
    add constraint settings_retention check (data_retention_days between 1 and 36500) not valid,
    add constraint settings_timeout check (session_timeout_minutes between 1 and 525600) not valid;
alter table organization_settings validate constraint settings_retention;
alter table organization_settings validate constraint settings_timeout;

-- A system role is given by a super admin, or by an operator who is none of the application's roles.
create function guard_system_role() returns trigger
    language plpgsql set search_path = pg_catalog, public, pg_temp as $$
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
revoke execute on function guard_system_role() from public;
create trigger users_role before insert or update of role on users
    for each row execute function guard_system_role();
