-- A chat is also shown to the members of groups on its list.
alter policy chat_rows on chats using (
    organization_id = (select current_organization_id())
    and (
        (select current_user_id()) is null
        or chat_type = 'channel'
        or coalesce(
            (select p.is_active and not p.joined from chat_participants p
            where p.chat_id = chats.id and p.user_id = (select current_user_id())),
            creator_id = (select current_user_id()))
        or id = any ((select granted_chats('view'))::uuid[])));
