drop table message_citations;
drop table chat_knowledge_bases;
drop policy chat_rows on chats;
drop table chat_participants;
drop table chat_messages;
drop table chats;
