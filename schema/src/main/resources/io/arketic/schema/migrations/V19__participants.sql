-- Chats of several people: who takes part, one direct chat for each two people, channels that every member may read.

alter table chat_participants add column is_muted boolean not null default false;

-- The two people of a direct chat, the lower id first; null for a chat of one with the model, and for groups.
alter table chats add column direct_pair varchar(73);
create unique index uq_chat_direct_pair on chats (organization_id, direct_pair) where direct_pair is not null;

-- A chat is its participants'; its creator is one of them until it leaves. Channels are every member's to read. A
-- transaction without a user is the organization's own work.
drop policy chat_rows on chats;
create policy chat_rows on chats to arketic_app
    using (
        organization_id = (select current_organization_id())
        and (
            (select current_user_id()) is null
            or chat_type = 'channel'
            or coalesce(
                (select p.is_active from chat_participants p
                where p.chat_id = chats.id and p.user_id = (select current_user_id())),
                creator_id = (select current_user_id()))));

-- As before, for who may see a chat now.
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
        or c.chat_type = 'channel'
        or coalesce(
            (select p.is_active from chat_participants p where p.chat_id = c.id and p.user_id = current_user_id()),
            c.creator_id = current_user_id()))
    order by 3 desc, 1 desc
    limit at_most
$$;
