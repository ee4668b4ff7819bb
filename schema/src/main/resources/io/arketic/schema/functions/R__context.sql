-- The context of a transaction: its tenant, its user, and the ids that it gives.

-- Returns a new UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then random bits.
create or replace function uuid_v7() returns uuid
    language sql volatile parallel safe
    return encode(
        set_bit(
            set_bit(
                overlay(
                    uuid_send(gen_random_uuid())
                    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                    from 1 for 6),
                52, 1),
            53, 1),
        'hex')::uuid;

-- Returns the lowest id of a moment.
create or replace function uuid_v7_floor(moment timestamptz) returns uuid
    language sql stable parallel safe
    return (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;

-- Returns the organization of the transaction. A pooled session reads '' after a local setting, and not null.
create or replace function current_organization_id() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('app.organization_id', true), '')::uuid;

-- Returns the user of the transaction.
create or replace function current_user_id() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('app.user_id', true), '')::uuid;

-- Returns the system role of the transaction's user; null without an active user.
create or replace function current_system_role() returns user_role
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return (select u.role from users u where u.id = current_user_id() and u.is_active and u.status = 'active');
end
$$;

-- Tells whether the current user is an admin or owner of the current organization.
create or replace function administers_organization() returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select from organization_members m
        where m.organization_id = current_organization_id() and m.user_id = current_user_id()
          and m.role in ('owner', 'admin') and m.is_active)
$$;

-- Returns the caller's organization that contains the thing with this id; null for unknown ids and those of other
-- organizations.
create or replace function organization_of(thing uuid) returns uuid
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return (
        select m.organization_id
        from (
            select b.organization_id from knowledge_bases b where b.id = thing
            union all
            select c.organization_id from chats c where c.id = thing
            union all
            select c.organization_id from chat_messages c where c.id = thing
            union all
            select d.organization_id from knowledge_documents d where d.id = thing
            union all
            select d.organization_id from documents d where d.id = thing
            union all
            select u.organization_id from document_uploads u where u.id = thing
            union all
            select g.organization_id from member_groups g where g.id = thing
            union all
            select w.organization_id from workflows w where w.id = thing
            union all
            select e.organization_id from workflow_executions e where e.id = thing) home
        join organization_members m
            on m.organization_id = home.organization_id and m.user_id = current_user_id() and m.is_active
        limit 1);
end $$;

-- Sets the time of the last change.
create or replace function touch_updated_at() returns trigger
    language plpgsql volatile as $$
begin
    new.updated_at := now();
    return new;
end $$;

revoke execute on function current_system_role(), administers_organization(), organization_of(uuid) from public;
grant execute on function current_system_role(), administers_organization(), organization_of(uuid) to arketic_app;
