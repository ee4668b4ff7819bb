-- What the current user has to hand over in chats before it is erased: a channel is the organization's and goes over to
-- its longest owner, a chat that would be left without an owner to its longest participant.
create function leave_chats() returns void
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
revoke execute on function leave_chats() from public;
grant execute on function leave_chats() to arketic_app;
