-- What an organization has switched off, or has no longer, is refused by the database.
--
-- SQLSTATE: 54Q05 workflows are switched off, 54Q06 the trial or subscription has ended.

-- Whether nothing is added any more.
create function subscription_ended(organization organizations) returns boolean
    language sql stable as $$
    select coalesce(organization.status = 'trial' and organization.trial_ends_at <= now(), false)
        or coalesce(organization.subscription_ends_at <= now(), false)
$$;

-- Those that are there are kept, read, paused and removed all the same.
create function require_workflows() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (
        select from organization_settings s
        where s.organization_id = new.organization_id and not s.enable_workflows) then
        perform limit_reached('54Q05', 'the organization has switched workflows off',
            'set enable_workflows in its settings');
    end if;
    return new;
end $$;
create trigger workflows_allowed before insert on workflows
    for each row execute function require_workflows();
create trigger workflows_activated before update of status on workflows
    for each row when (new.status = 'active' and old.status <> 'active') execute function require_workflows();
create trigger workflow_executions_allowed before insert on workflow_executions
    for each row execute function require_workflows();

-- Where the ingest begins with a version: it can then end it as dead, as with a limit.
create function require_subscription() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from organizations o where o.id = new.organization_id and subscription_ended(o)) then
        perform limit_reached('54Q06', 'the organization''s trial or subscription has ended',
            'renew it, then try the file again');
    end if;
    return new;
end $$;
create trigger ingest_ledger_allowed before update of state on ingest_ledger
    for each row when (new.state = 'extracting') execute function require_subscription();
