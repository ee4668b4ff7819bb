-- The functions as they were without charges and caps.
create or replace function end_lost_questions(batch integer) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    lost record;
    ended bigint := 0;
begin
    for lost in
        select q.id, q.chat_id, q.message_id from open_questions q
        where q.open_until < now() order by q.open_until limit batch
    loop
        -- A chat's row before what belongs to it, as everywhere.
        perform from chats c where c.id = lost.chat_id for no key update;
        delete from open_questions q where q.id = lost.id and q.open_until < now();
        if found then
            insert into chat_messages (
                organization_id, chat_id, reply_to_id, message_type, content, status, failure_reason)
            select m.organization_id, m.chat_id, m.id, 'ai', '', 'failed', 'answer-lost'
            from chat_messages m
            where m.chat_id = lost.chat_id and m.id = lost.message_id and not m.is_deleted;
            ended := ended + 1;
        end if;
    end loop;
    return ended;
end $$;

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
    delete from users where id = person;
    -- That there was an account and that it was erased stays on record, and nothing of what it held.
    update audit_log a set before = null, after = null
    where a.row_id = any (scrubbed)
      and a.table_name in ('users', 'user_profiles', 'user_preferences', 'provider_keys', 'organization_invitations');
    return next;
end $$;

drop function charge_ai(uuid, text, uuid[], bigint, numeric, timestamptz);
drop function settle_ai(uuid, text, bigint, bigint, numeric);
drop function cancel_ai(uuid);
drop function settle_lost_charges(integer);
drop function settle_charge(uuid, uuid, text, bigint, bigint, numeric);
drop function tell_caps(uuid, uuid, uuid[], date);
drop function caps_of(uuid, uuid, uuid[], date);
drop function count_usage(uuid, date, uuid, uuid[], text, uuid[], bigint, bigint, bigint, numeric);
drop table usage_caps;
drop table ai_charges;
drop table usage_days;
