create or replace function search_chat_messages(words text, at_most integer)
    returns table (id uuid, chat_id uuid, rank real)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select m.id, m.chat_id, ts_rank(searchable(m.content), q)
    from websearch_to_tsquery('simple', words) q
    join chat_messages m on searchable(m.content) @@ q
    join chats c on c.id = m.chat_id
    where m.organization_id = current_organization_id() and not m.is_deleted
      and (
        current_user_id() is null
        or c.creator_id = current_user_id()
        or exists (
            select from chat_participants p
            where p.chat_id = c.id and p.user_id = current_user_id() and p.is_active))
    order by 3 desc, 1 desc
    limit at_most
$$;
drop policy chat_rows on chats;
create policy chat_rows on chats to arketic_app
    using (
        organization_id = (select current_organization_id())
        and (
            creator_id = (select current_user_id())
            or (select current_user_id()) is null
            or exists (
                select from chat_participants p
                where p.chat_id = chats.id and p.user_id = (select current_user_id()) and p.is_active)));
alter table chats drop column direct_pair;
alter table chat_participants drop column is_muted;
