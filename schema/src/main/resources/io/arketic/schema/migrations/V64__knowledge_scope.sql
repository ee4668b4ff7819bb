-- A chat says which knowledge bases it asks: all that the asker may read, or the chosen ones, however few are left of them.

alter table chats add column knowledge_scope varchar(10) not null default 'all'
    constraint chat_knowledge_scope check (knowledge_scope in ('all', 'chosen'));

-- That the scope is now written down is no change of a chat: neither its tag nor the audit log tells of it.
alter table chats disable trigger user;
-- The owner sees every tenant's rows for the length of this migration.
alter table chats no force row level security;
alter table chat_knowledge_bases no force row level security;
update chats c set knowledge_scope = 'chosen'
where exists (select from chat_knowledge_bases b where b.chat_id = c.id)
   -- What a user detaches names that user; what went with its knowledge base names no user.
   or exists (
    select from audit_log a
    where a.row_id = c.id and a.table_name = 'chat_knowledge_bases' and a.action = 'delete' and a.user_id is null);
alter table chat_knowledge_bases force row level security;
alter table chats force row level security;
alter table chats enable trigger user;
