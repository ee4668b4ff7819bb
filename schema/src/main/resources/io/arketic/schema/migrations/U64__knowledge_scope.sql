alter table chats drop column knowledge_scope;
