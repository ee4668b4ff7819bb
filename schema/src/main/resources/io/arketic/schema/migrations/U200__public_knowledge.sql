drop function open_public_knowledge(uuid, text, text);
alter table knowledge_bases drop constraint chk_public_type;
