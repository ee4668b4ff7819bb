-- Chats that are shared with groups.

-- Returns the chats whose list gives the current user at least this right, through a group.
create or replace function granted_chats(wanted text) returns uuid[]
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(distinct s.chat_id), '{}')
    from group_members m
    join chat_shares s on s.group_id = m.group_id
    where m.user_id = current_user_id() and m.organization_id = current_organization_id()
      and (wanted = 'view' or s.access_right = wanted)
$$;

-- Ends the participation of users that joined through a group, once no group gives it any more.
create or replace function end_shared_participants() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    person uuid := (to_jsonb(old) ->> 'user_id')::uuid;
    chat uuid := (to_jsonb(old) ->> 'chat_id')::uuid;
begin
    update chat_participants p set is_active = false
    where p.organization_id = old.organization_id and p.through_group and p.is_active
      and (p.user_id = person or p.chat_id = chat)
      and not exists (
          select from chat_shares s
          join group_members m on m.group_id = s.group_id and m.user_id = p.user_id
          where s.chat_id = p.chat_id);
    return null;
end $$;

revoke execute on function granted_chats(text), end_shared_participants() from public;
grant execute on function granted_chats(text) to arketic_app;
