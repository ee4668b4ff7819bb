-- Messages that failed say why, and one's messages are found page by page.

-- For the status failed: the last part of a problem's type, for example model-unavailable.
alter table chat_messages add column failure_reason varchar(60);

-- As before, and page by page: the newest first, older than one of them.
drop function search_chat_messages(text, integer);
create function search_chat_messages(words text, at_most integer, older_than uuid default null)
    returns table (id uuid, chat_id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select m.id, m.chat_id
    from websearch_to_tsquery('simple', words) q
    join chat_messages m on searchable(m.content) @@ q
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
revoke execute on function search_chat_messages(text, integer, uuid) from public;
grant execute on function search_chat_messages(text, integer, uuid) to arketic_app;

-- How far somebody has read is no change that anybody has to account for.
do $$ begin
    execute replace(
        pg_get_functiondef('record_change'::regproc), '''last_used_at''', '''last_used_at'', ''last_read_message_id''');
end $$;
