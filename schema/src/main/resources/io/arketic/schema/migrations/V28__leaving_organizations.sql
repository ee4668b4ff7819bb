-- Organizations that their owners remove: out of sight at once, and out of the tables in bounded batches. Dead letters
-- that are played back.

alter table organizations
    add column removal_requested_at timestamptz,
    -- Also what lies in the bucket under its slug.
    add column removal_of_objects boolean not null default false,
    -- There is no way back into service.
    add constraint organization_leaving check (removal_requested_at is null or status = 'inactive');
create index idx_organization_removal on organizations (removal_requested_at) where removal_requested_at is not null;
-- That it was switched off is of no interest where the log goes, too.
create policy definer_silence on organization_settings for update to arketic_owner using (true);

-- Takes the current organization out of service, with all that is its, for the current user, who must own it. On record
-- stays that it was there and who removed it; for operators only.
create function request_organization_removal(objects boolean) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    tenant uuid := current_organization_id();
begin
    perform from organization_members m
    where m.organization_id = tenant and m.user_id = current_user_id() and m.role = 'owner' and m.is_active;
    if not found then
        raise insufficient_privilege using message = 'only an owner removes an organization';
    end if;
    update organizations o
    set status = 'inactive', removal_requested_at = now(), removal_of_objects = request_organization_removal.objects
    where o.id = tenant and o.removal_requested_at is null;
    if found then
        insert into audit_log (user_id, action, table_name, row_id, request_id)
        values (current_user_id(), 'delete', 'organizations', tenant,
            nullif(current_setting('app.request_id', true), ''));
    end if;
end $$;

create function organization_removals()
    returns table (organization_id uuid, slug text, objects boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select o.id, o.slug::text, o.removal_of_objects
    from organizations o
    where o.removal_requested_at is not null
    order by o.removal_requested_at, o.id
$$;

-- Requests the removal of the knowledge bases of an organization that is being removed; returns how many there are.
create function remove_knowledge_bases(organization uuid) returns bigint
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update knowledge_bases b
    set is_active = false, removal_requested_at = coalesce(b.removal_requested_at, o.removal_requested_at),
        removal_of_objects = b.removal_of_objects or o.removal_of_objects
    from organizations o
    where o.id = remove_knowledge_bases.organization and o.removal_requested_at is not null
      and b.organization_id = o.id and b.removal_requested_at is null;
    select count(*) from knowledge_bases b where b.organization_id = remove_knowledge_bases.organization
$$;

-- Deletes rows of an organization that is being removed, of one table so many at most, and in the end the organization.
-- Returns how many; 0 once nothing is left. Where the objects stay, so does what the ledger says of them, as of objects
-- of nobody: the listing would otherwise take them for new ones.
create function remove_organization_rows(organization uuid, batch integer) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    tenant uuid := organization;
    objects boolean;
    gone bigint;
begin
    select o.removal_of_objects into objects from organizations o
    where o.id = tenant and o.removal_requested_at is not null for update;
    if not found or exists (select from knowledge_bases b where b.organization_id = tenant) then
        return 0;
    end if;
    update organization_settings s set enable_audit_logging = false
    where s.organization_id = tenant and s.enable_audit_logging;

    delete from chat_messages where id in (
        select m.id from chat_messages m where m.organization_id = tenant order by m.id limit batch);
    get diagnostics gone = row_count;
    if gone > 0 then
        return gone;
    end if;
    delete from chat_events where (chat_id, number) in (
        select e.chat_id, e.number from chat_events e
        join chats c on c.id = e.chat_id
        where c.organization_id = tenant limit batch);
    get diagnostics gone = row_count;
    if gone > 0 then
        return gone;
    end if;
    delete from workflow_executions where id in (
        select e.id from workflow_executions e where e.organization_id = tenant limit batch);
    get diagnostics gone = row_count;
    if gone > 0 then
        return gone;
    end if;
    delete from documents where id in (select d.id from documents d where d.organization_id = tenant limit batch);
    get diagnostics gone = row_count;
    if gone > 0 then
        return gone;
    end if;
    if objects then
        delete from ingest_ledger where id in (
            select l.id from ingest_ledger l where l.organization_id = tenant limit batch);
    else
        update ingest_ledger set organization_id = null where id in (
            select l.id from ingest_ledger l where l.organization_id = tenant limit batch);
    end if;
    get diagnostics gone = row_count;
    if gone > 0 then
        return gone;
    end if;
    delete from audit_log where id in (
        select a.id from audit_log a where a.organization_id = tenant order by a.id limit batch);
    get diagnostics gone = row_count;
    if gone > 0 then
        return gone;
    end if;
    delete from organizations o where o.id = tenant;
    delete from audit_log a where a.organization_id = tenant;
    return 1;
end $$;

revoke execute on function
    request_organization_removal(boolean), organization_removals(), remove_knowledge_bases(uuid),
    remove_organization_rows(uuid, integer)
    from public;
grant execute on function
    request_organization_removal(boolean), organization_removals(), remove_knowledge_bases(uuid),
    remove_organization_rows(uuid, integer)
    to arketic_app;

create policy definer_update on knowledge_documents for update to arketic_owner using (true);
-- What a dead letter tells of is to be looked at again: opens the version that is dead, as a retry does, if it is the newest
-- of its key. Returns 'opened'; 'in flight' where it was open; 'unplaced' where its key led nowhere, so that only an event
-- can tell whether it still does; 'unknown' where the ledger has never seen it; otherwise how it has ended.
create function ledger_replay(bucket text, object_key text, etag text) returns text
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    version record;
begin
    select l.id, l.organization_id, l.knowledge_base_id, l.state, l.ended_at, l.last_modified into version
    from ingest_ledger l
    where l.bucket = $1 and l.object_key = $2 and l.etag = $3
    order by l.last_modified desc limit 1
    for update;
    if not found then
        return 'unknown';
    elsif version.ended_at is null then
        return 'in flight';
    elsif version.state <> 'dead' then
        return version.state::text;
    elsif exists (
        select from ingest_ledger n
        where n.bucket = $1 and n.object_key = $2 and n.last_modified > version.last_modified) then
        return 'superseded';
    elsif version.organization_id is null then
        return 'unplaced';
    end if;
    update knowledge_documents d set status = 'pending', processing_error = null
    where d.knowledge_base_id = version.knowledge_base_id and d.file_path = $2 and d.status = 'failed';
    update ingest_ledger l set state = 'received', reason = null, detail = null, ended_at = null
    where l.id = version.id;
    return 'opened';
end $$;
revoke execute on function ledger_replay(text, text, text) from public;
grant execute on function ledger_replay(text, text, text) to arketic_ops;
