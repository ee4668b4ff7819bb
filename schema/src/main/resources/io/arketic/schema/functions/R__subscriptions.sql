-- What an organization's subscription allows, and what it has used.

-- Raises the error of a limit (OrganizationLimit).
create or replace function limit_reached(code text, message text, hint text) returns void
    language plpgsql volatile as $$
begin
    raise exception using errcode = code, message = message, hint = hint;
end $$;

-- Changes a subscription, for super admins.
create or replace function change_subscription(
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

-- Sets the limits of the current organization, in the transaction that makes it and at no other time.
create or replace function begin_subscription(members integer, storage_gb integer, ai_requests integer) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update organizations o
    set max_members = members, max_storage_gb = storage_gb, max_ai_requests_per_month = ai_requests
    where o.id = current_organization_id() and o.created_at = transaction_timestamp()
      and not exists (select from organization_members m where m.organization_id = o.id)
$$;

-- Tells whether the organization may add nothing any more.
create or replace function subscription_ended(organization organizations) returns boolean
    language sql stable as $$
    select coalesce(organization.status = 'trial' and organization.trial_ends_at <= now(), false)
        or coalesce(organization.subscription_ends_at <= now(), false)
$$;

-- Refuses a new version where the subscription ended. The ingest then ends the version as dead.
create or replace function require_subscription() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from organizations o where o.id = new.organization_id and subscription_ended(o)) then
        perform limit_reached('54Q06', 'the organization''s trial or subscription has ended',
            'renew it, then try the file again');
    end if;
    return new;
end $$;

-- Refuses new workflows where the subscription has none. Existing ones can be read, paused and removed.
create or replace function require_workflows() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (
        select from organization_settings s
        where s.organization_id = new.organization_id and not s.enable_workflows) then
        perform limit_reached('54Q05', 'the organization has switched workflows off',
            'set enable_workflows in its settings');
    end if;
    return new;
end $$;

-- Takes one of the organization's AI requests of this month (UTC) and returns how many are left. It refuses without a
-- request or budget. Commit it first: it locks the organization's row.
create or replace function charge_ai_request() returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    tenant uuid := current_organization_id();
    month date := date_trunc('month', now() at time zone 'UTC');
    remaining integer;
begin
    if exists (
        select from usage_periods u
        join organization_settings s on s.organization_id = u.organization_id
        where u.organization_id = tenant and u.period_start = month and u.ai_cost >= s.ai_cost_budget_monthly) then
        perform limit_reached('54Q04', 'the organization has spent its AI budget of this month',
            'wait for the next month or raise ai_cost_budget_monthly');
    end if;
    update organizations o
    set ai_requests_this_month = case o.usage_month when month then o.ai_requests_this_month else 0 end + 1,
        usage_month = month
    where o.id = tenant
      and case o.usage_month when month then o.ai_requests_this_month else 0 end < o.max_ai_requests_per_month
    returning o.max_ai_requests_per_month - o.ai_requests_this_month into remaining;
    if not found then
        if not exists (select from organizations o where o.id = tenant) then
            raise insufficient_privilege using message = 'no organization to charge';
        end if;
        perform limit_reached('54Q03', 'the organization has made as many AI requests this month as it may',
            'wait for the next month or raise max_ai_requests_per_month');
    end if;
    insert into usage_periods as u (organization_id, period_start, ai_requests) values (tenant, month, 1)
    on conflict (organization_id, period_start) do update
    set ai_requests = u.ai_requests + 1, updated_at = now();
    return remaining;
end $$;

-- Returns requests of this month whose chat was deleted before their answers.
create or replace function uncharge_ai_requests(many bigint) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    tenant uuid := current_organization_id();
    month date := date_trunc('month', now() at time zone 'UTC');
begin
    update organizations o set ai_requests_this_month = greatest(0, o.ai_requests_this_month - many)
    where o.id = tenant and o.usage_month = month;
    update usage_periods u set ai_requests = greatest(0, u.ai_requests - many), updated_at = now()
    where u.organization_id = tenant and u.period_start = month;
end $$;

-- Adds the use of a charged request.
create or replace function record_ai_usage(tokens bigint, cost numeric) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into usage_periods as u (organization_id, period_start, ai_tokens, ai_cost)
    select current_organization_id(), date_trunc('month', now() at time zone 'UTC'), tokens, cost
    where current_organization_id() is not null
    on conflict (organization_id, period_start) do update
    set ai_tokens = u.ai_tokens + excluded.ai_tokens, ai_cost = u.ai_cost + excluded.ai_cost, updated_at = now()
$$;

-- Begins the month for organizations without a request in it; returns their number.
create or replace function reset_monthly_usage() returns integer
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with begun as (
        update organizations o
        set ai_requests_this_month = 0, usage_month = date_trunc('month', now() at time zone 'UTC')
        where o.usage_month < date_trunc('month', now() at time zone 'UTC')
        returning 1
    )
    select count(*)::integer from begun
$$;

revoke execute on function
    change_subscription(uuid, subscription_tier, integer, integer, integer, timestamptz, timestamptz),
    begin_subscription(integer, integer, integer), require_subscription(), require_workflows(), charge_ai_request(), uncharge_ai_requests(bigint),
    record_ai_usage(bigint, numeric), reset_monthly_usage() from public;
grant execute on function
    change_subscription(uuid, subscription_tier, integer, integer, integer, timestamptz, timestamptz),
    begin_subscription(integer, integer, integer), charge_ai_request(), uncharge_ai_requests(bigint), record_ai_usage(bigint, numeric) to arketic_app;
grant execute on function reset_monthly_usage() to arketic_maintenance, arketic_ops;
