do $$ begin
    execute replace(
        pg_get_functiondef('record_change'::regproc), '''last_used_at'', ''last_read_message_id''', '''last_used_at''');
end $$;
drop function search_chat_messages(text, integer, uuid);
create function search_chat_messages(words text, at_most integer)
    returns table (id uuid, chat_id uuid, rank real)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select m.id, m.chat_id, ts_rank(searchable(m.content), q)
    from websearch_to_tsquery('simple', words) q
    join chat_messages m on searchable(m.content) @@ q
    join chats c on c.id = m.chat_id
    where m.organization_id = current_organization_id() and not m.is_deleted
      and (
        current_user_id() is null
        or c.chat_type = 'channel'
        or coalesce(
            (select p.is_active from chat_participants p where p.chat_id = c.id and p.user_id = current_user_id()),
            c.creator_id = current_user_id()))
    order by 3 desc, 1 desc
    limit at_most
$$;
revoke execute on function search_chat_messages(text, integer) from public;
grant execute on function search_chat_messages(text, integer) to arketic_app;
alter table chat_messages drop column failure_reason;
