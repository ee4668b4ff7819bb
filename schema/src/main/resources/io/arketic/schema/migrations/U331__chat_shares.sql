-- Without groups, users that joined are readers of their channels, and have left other chats.
update chat_participants p
set can_send_messages = false, can_upload_files = false,
    is_active = p.is_active and exists (select from chats c where c.id = p.chat_id and c.chat_type = 'channel')
where p.joined;
drop trigger chat_shares_end on chat_shares;
drop trigger group_members_chats on group_members;
create or replace function search_chat_messages(
        words text, at_most integer, older_than uuid DEFAULT NULL::uuid) returns table (id uuid, chat_id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select m.id, m.chat_id
    from websearch_to_tsquery('simple', folded(words)) q
    join chat_messages m on searchable_folded(m.content) @@ q
    join chats c on c.id = m.chat_id
    where m.organization_id = current_organization_id() and not m.is_deleted
      and (older_than is null or m.id < older_than)
      and (
        current_user_id() is null
        or c.chat_type = 'channel'
        or coalesce(
            (select p.is_active from chat_participants p where p.chat_id = c.id and p.user_id = current_user_id()),
            c.creator_id = current_user_id()))
    order by m.id desc
    limit at_most
$$;
drop function
    end_shared_participants(), granted_chats(text), chat_granted(uuid, uuid, text);
drop table chat_shares;
