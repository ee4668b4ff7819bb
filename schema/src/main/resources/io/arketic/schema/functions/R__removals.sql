-- The end of accounts, organizations and knowledge bases.

-- Returns the user that has owned an organization longest, except the given one.
create or replace function longest_owner(organization uuid, leaving uuid) returns uuid
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select m.user_id from organization_members m
    join users u on u.id = m.user_id
    where m.organization_id = organization and m.user_id <> leaving and m.is_active
    order by u.is_active desc, m.role, m.joined_at, m.id limit 1
$$;

-- Hands over the current user's chats before its erasure: channels to the organization's longest owner, others to
-- their longest participant.
create or replace function leave_chats() returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    person uuid := current_user_id();
begin
    perform from chats c
    where c.creator_id = person
       or c.id in (select p.chat_id from chat_participants p where p.user_id = person)
    order by c.id for update;
    update chats c set creator_id = longest_owner(c.organization_id, person)
    where c.creator_id = person and c.chat_type = 'channel' and longest_owner(c.organization_id, person) is not null;
    update chat_participants p set role = 'owner'
    where p.id in (
        select (
            select heir.id from chat_participants heir
            where heir.chat_id = mine.chat_id and heir.user_id <> person and heir.is_active
            order by heir.role, heir.joined_at, heir.id limit 1)
        from chat_participants mine
        where mine.user_id = person and mine.role = 'owner' and mine.is_active and not exists (
            select from chat_participants other
            where other.chat_id = mine.chat_id and other.user_id <> person and other.is_active
              and other.role = 'owner'));
end $$;

-- Erases the current user's account. Organizations without another member begin their removal.
create or replace function erase_account() returns table (last_owner_of text, removed text[])
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    person uuid := current_user_id();
    address text;
    scrubbed uuid[];
    alone uuid[];
begin
    perform from organizations o
    where o.id in (select m.organization_id from organization_members m where m.user_id = person)
    order by o.id for update;
    select u.email into address from users u where u.id = person for update;

    select o.slug::text into last_owner_of
    from organization_members m
    join organizations o on o.id = m.organization_id
    where m.user_id = person and m.is_active and m.role = 'owner'
      and exists (
          select from organization_members other
          where other.organization_id = m.organization_id and other.user_id <> person and other.is_active)
      and not exists (
          select from organization_members other
          join users u on u.id = other.user_id and u.is_active
          where other.organization_id = m.organization_id and other.user_id <> person and other.is_active
            and other.role = 'owner')
    order by o.slug
    limit 1;
    if last_owner_of is not null then
        return next;
        return;
    end if;

    select coalesce(array_agg(o.id), '{}'), coalesce(array_agg(o.slug::text), '{}') into alone, removed
    from organization_members m
    join organizations o on o.id = m.organization_id
    where m.user_id = person and m.is_active and not exists (
        select from organization_members other
        where other.organization_id = m.organization_id and other.user_id <> person and other.is_active);
    -- Its rows that name an owner cannot wait. The organization's own row stays and holds the slug until its objects are gone.
    delete from chats c where c.organization_id = any (alone);
    delete from documents d where d.organization_id = any (alone);
    delete from workflows w where w.organization_id = any (alone);
    delete from knowledge_bases b where b.organization_id = any (alone);
    update organizations o
    set status = 'inactive', removal_requested_at = coalesce(o.removal_requested_at, now()), removal_of_objects = true
    where o.id = any (alone);
    delete from audit_log a where a.organization_id = any (alone);

    delete from chats c
    where c.creator_id = person and not exists (
        select from chat_participants p where p.chat_id = c.id and p.user_id <> person and p.is_active);
    update chats c
    set creator_id = (
        select p.user_id from chat_participants p
        where p.chat_id = c.id and p.user_id <> person and p.is_active
        order by p.joined_at, p.id limit 1)
    where c.creator_id = person;
    update knowledge_bases b set owner_id = longest_owner(b.organization_id, person) where b.owner_id = person;
    update documents d set owner_id = longest_owner(d.organization_id, person) where d.owner_id = person;
    update workflows w set creator_id = longest_owner(w.organization_id, person) where w.creator_id = person;

    select array_agg(id) into scrubbed
    from (
        select person as id
        union all select id from user_profiles where user_id = person
        union all select id from user_preferences where user_id = person
        union all select id from provider_keys where user_id = person
        union all select id from organization_invitations
            where accepted_by_id = person or lower(email) = lower(address)) own;
    delete from organization_invitations where accepted_by_id = person or lower(email) = lower(address);
    -- What it used stays with its organizations, as that of callers without an account.
    insert into usage_days as u (
        organization_id, dimension, subject, day, requests, input_tokens, output_tokens, cost)
    select d.organization_id, d.dimension, '', d.day, d.requests, d.input_tokens, d.output_tokens, d.cost
    from usage_days d where d.user_id = person
    on conflict (organization_id, dimension, subject, day) do update
    set requests = u.requests + excluded.requests, input_tokens = u.input_tokens + excluded.input_tokens,
        output_tokens = u.output_tokens + excluded.output_tokens, cost = u.cost + excluded.cost;
    delete from usage_days d where d.user_id = person;
    delete from users where id = person;
    -- That there was an account and that it was erased stays on record, and nothing of what it held.
    update audit_log a set before = null, after = null
    where a.row_id = any (scrubbed)
      and a.table_name in ('users', 'user_profiles', 'user_preferences', 'provider_keys', 'organization_invitations');
    return next;
end $$;

-- Removes the rights of a member that leaves, so that none returns with a later membership. Its API keys end, and so
-- do the sessions and personal tokens of the organization's provider. If the directory or the provider's claims ended the membership, they may give it back: then
-- it stays in the groups of a directory that still has a token, because the directory does not send them again.
create or replace function forget_member() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from group_members g
    where g.organization_id = old.organization_id and g.user_id = old.user_id
      and not (
          coalesce(new.provisioned in ('suspended', 'withdrawn'), false)
          and exists (select from member_groups p where p.id = g.group_id and p.provided)
          and exists (
              select from scim_tokens t where t.organization_id = old.organization_id and t.revoked_at is null));
    delete from document_shares s where s.organization_id = old.organization_id and s.user_id = old.user_id;
    delete from usage_caps c where c.organization_id = old.organization_id and c.user_id = old.user_id;
    delete from knowledge_shares s where s.organization_id = old.organization_id and s.user_id = old.user_id;
    update document_public_links l set revoked_at = now()
    where l.organization_id = old.organization_id and l.created_by_id = old.user_id and l.revoked_at is null;
    update api_keys k set revoked_at = now()
    where k.organization_id = old.organization_id and k.created_by_id = old.user_id and k.revoked_at is null;
    update user_sessions s set revoked_at = now()
    where s.user_id = old.user_id and s.revoked_at is null and s.provider in (
        select p.id::text from identity_providers p where p.organization_id = old.organization_id);
    update personal_tokens t set revoked_at = now()
    where t.user_id = old.user_id and t.revoked_at is null and t.provider in (
        select p.id::text from identity_providers p where p.organization_id = old.organization_id);
    -- What they reserve is free at once. One that is just being completed is left, and ends by itself.
    delete from document_uploads u
    where u.id in (
        select o.id from document_uploads o
        where o.organization_id = old.organization_id and o.owner_id = old.user_id and o.completed_at is null
        order by o.id for update skip locked);
    insert into member_handovers (organization_id, user_id) values (old.organization_id, old.user_id)
    on conflict (organization_id, user_id) do update set ended_at = now(), retry_at = null;
    return null;
end $$;

-- Notes when a membership is given back.
create or replace function note_return() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
    new.returned_at := now();
    return new;
end $$;

-- Hands over what a former member owns, of one membership and at most a batch of documents. Chats go to their longest
-- participant, everything else to the longest owner. A chat without another reader is archived, and shown to no one else.
-- Returns how many documents were moved.
create or replace function hand_over_membership(tenant uuid, person uuid, batch integer) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    heir uuid := longest_owner(tenant, person);
    chat record;
    successor uuid;
    moved bigint;
begin
    if heir is null or exists (
        select from organization_members m
        where m.organization_id = tenant and m.user_id = person and m.is_active) then
        return 0;
    end if;
    update knowledge_bases b set owner_id = heir where b.organization_id = tenant and b.owner_id = person;
    update workflows w set creator_id = heir where w.organization_id = tenant and w.creator_id = person;
    for chat in
        select c.id, c.direct_pair, c.chat_type from chats c
        where c.organization_id = tenant and (c.creator_id = person or exists (
            select from chat_participants p
            where p.chat_id = c.id and p.user_id = person and p.role = 'owner' and p.is_active))
        order by c.id
    loop
        perform from chats c where c.id = chat.id for update;
        successor := (
            select p.user_id from chat_participants p
            join organization_members m on m.organization_id = tenant and m.user_id = p.user_id and m.is_active
            where p.chat_id = chat.id and p.user_id <> person and p.is_active
            order by p.role, p.joined_at, p.id limit 1);
        -- The two users of a direct chat stay its only ones.
        continue when successor is null and chat.direct_pair is not null;
        if successor is null and chat.chat_type <> 'channel'
            and not exists (select from chat_shares s where s.chat_id = chat.id) then
            update chats c set is_archived = true where c.id = chat.id and not c.is_archived;
            continue;
        end if;
        if successor is null then
            successor := heir;
            insert into chat_participants (organization_id, chat_id, user_id, role)
            values (tenant, chat.id, heir, 'owner')
            on conflict (chat_id, user_id) do update set is_active = true, is_removed = false, role = 'owner';
        else
            update chat_participants p set role = 'owner'
            where p.chat_id = chat.id and p.user_id = successor and p.role <> 'owner';
        end if;
        update chats c set creator_id = successor where c.id = chat.id and c.creator_id = person;
        update chat_participants p set role = 'member'
        where p.chat_id = chat.id and p.user_id = person and p.role = 'owner';
    end loop;
    update documents d set owner_id = heir
    where d.id in (
        select o.id from documents o
        where o.owner_id = person and o.organization_id = tenant and o.version_of_id is null
        order by o.id limit batch);
    get diagnostics moved = row_count;
    return moved;
end $$;

-- Does a part of the work of memberships that ended at least this long ago; returns 0 if there is no more. A failure delays only
-- its own membership. Every change of members locks the organization, so none is given back meanwhile.
create or replace function hand_over_memberships(batch integer, delay interval) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    next member_handovers;
begin
    select h.* into next from member_handovers h
    join organizations o on o.id = h.organization_id
    where h.ended_at <= now() - delay and (h.retry_at is null or h.retry_at <= now())
    order by h.ended_at, h.id limit 1
    for no key update of o skip locked;
    if not found then
        return 0;
    end if;
    begin
        if hand_over_membership(next.organization_id, next.user_id, batch) = 0 then
            delete from member_handovers h where h.id = next.id;
        end if;
    exception when others then
        raise warning 'what user % owned in % is handed over later: %', next.user_id, next.organization_id, sqlerrm;
        update member_handovers h set retry_at = clock_timestamp() + interval '1 minute' where h.id = next.id;
    end;
    return 1;
end $$;

-- Takes the current organization out of service, for its owner. A record stays for operators.
create or replace function request_organization_removal(objects boolean) returns void
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

-- Returns the organizations that are being removed.
create or replace function organization_removals() returns table (organization_id uuid, slug text, objects boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select o.id, o.slug::text, o.removal_of_objects
    from organizations o
    where o.removal_requested_at is not null
    order by o.removal_requested_at, o.id
$$;

-- Returns the knowledge bases that are being removed.
create or replace function knowledge_removals() returns table (
        organization_id uuid, knowledge_base_id uuid, slug text, objects boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select b.organization_id, b.id, o.slug, b.removal_of_objects
    from knowledge_bases b
    join organizations o on o.id = b.organization_id
    where b.removal_requested_at is not null
    order by b.removal_requested_at, b.id
$$;

-- Returns the knowledge bases that an organization that is being removed ever had, which name its folders in the object store.
create or replace function organization_folders(organization uuid) returns setof uuid
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select f.knowledge_base_id
    from knowledge_folders f
    join organizations o on o.id = f.organization_id
    where f.organization_id = organization_folders.organization and o.removal_requested_at is not null
    order by f.knowledge_base_id
$$;

-- Records the folder of a knowledge base, which can stay when the knowledge base goes.
create or replace function keep_knowledge_folder() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into knowledge_folders (knowledge_base_id, organization_id) values (new.id, new.organization_id)
    on conflict do nothing;
    return null;
end $$;

-- Requests the removal of the knowledge bases of an organization that is being removed; returns how many there are.
create or replace function remove_knowledge_bases(organization uuid) returns bigint
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update knowledge_bases b
    set is_active = false, removal_requested_at = coalesce(b.removal_requested_at, o.removal_requested_at),
        removal_of_objects = b.removal_of_objects or o.removal_of_objects
    from organizations o
    where o.id = remove_knowledge_bases.organization and o.removal_requested_at is not null
      and b.organization_id = o.id and b.removal_requested_at is null;
    select count(*) from knowledge_bases b where b.organization_id = remove_knowledge_bases.organization
$$;

-- Deletes a batch of rows of an organization that is being removed, and at the end the organization. Returns the
-- number of rows, 0 at the end. If the objects stay, so does their ledger: the listing would report them as new.
create or replace function remove_organization_rows(organization uuid, batch integer) returns bigint
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
    delete from documents where id in (
        select d.id from documents d
        where d.organization_id = tenant
          and not exists (select from documents k where k.parent_id = d.id)
          and not exists (select from documents v where v.version_of_id = d.id)
        limit batch);
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
    longest_owner(uuid, uuid), leave_chats(), erase_account(), forget_member(), note_return(),
    hand_over_membership(uuid, uuid, integer), hand_over_memberships(integer, interval),
    request_organization_removal(boolean),
    organization_removals(), knowledge_removals(), remove_knowledge_bases(uuid),
    organization_folders(uuid), keep_knowledge_folder(), remove_organization_rows(uuid, integer) from public;
grant execute on function leave_chats(), erase_account(), request_organization_removal(boolean) to arketic_app;
grant execute on function
    organization_removals(), knowledge_removals(), remove_knowledge_bases(uuid),
    organization_folders(uuid), remove_organization_rows(uuid, integer), hand_over_memberships(integer, interval) to arketic_maintenance;
