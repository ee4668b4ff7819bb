-- Citations of a personal knowledge base are also shown to users on its list.
alter policy citation_rows on message_citations using (
    organization_id = (select current_organization_id())
    and (
        private_to is null
        or private_to = (select current_user_id())
        or (select current_user_id()) is null
        or knowledge_base_id = any ((select granted_knowledge('view'))::uuid[]))
    and exists (select from chat_messages m where m.id = message_citations.message_id));
