-- Chats that are shared with groups.

-- Returns the chats whose list gives the current user at least this right, through a group. Chats that a user was removed from
-- are not among them.
create or replace function granted_chats(wanted text) returns uuid[]
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(distinct s.chat_id), '{}')
    from group_members m
    join chat_shares s on s.group_id = m.group_id
    where m.user_id = current_user_id() and m.organization_id = current_organization_id()
      and (wanted = 'view' or s.access_right = wanted)
      and not exists (
          select from chat_participants p where p.chat_id = s.chat_id and p.user_id = m.user_id and p.is_removed)
$$;

-- Returns whether a group of a user has at least this right on a chat of the current organization.
create or replace function chat_granted(chat uuid, person uuid, wanted text) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select from chat_shares s
        join group_members m on m.group_id = s.group_id and m.user_id = person
        where s.chat_id = chat and s.organization_id = current_organization_id()
          and (wanted = 'view' or s.access_right = wanted))
$$;

-- Ends the participation of users that joined, once no group shows them the chat any more. A channel shows itself to every
-- member. Open streams of the group's members are checked again.
create or replace function end_shared_participants() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    person uuid := (to_jsonb(old) ->> 'user_id')::uuid;
    chat uuid := (to_jsonb(old) ->> 'chat_id')::uuid;
begin
    update chat_participants p set is_active = false
    where p.organization_id = old.organization_id and p.joined and p.is_active
      and (p.user_id = person or p.chat_id = chat)
      and exists (select from chats c where c.id = p.chat_id and c.chat_type <> 'channel')
      and not exists (
          select from chat_shares s
          join group_members m on m.group_id = s.group_id and m.user_id = p.user_id
          where s.chat_id = p.chat_id);
    if chat is not null then
        perform pg_notify('arketic_access', m.user_id::text) from group_members m where m.group_id = old.group_id;
    end if;
    return null;
end $$;

-- Owners and admins of a chat take part without a group.
create or replace function keep_lasting_participant() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
    new.joined := false;
    return new;
end $$;

revoke execute on function
    granted_chats(text), chat_granted(uuid, uuid, text), end_shared_participants(), keep_lasting_participant() from public;
grant execute on function granted_chats(text), chat_granted(uuid, uuid, text) to arketic_app;
