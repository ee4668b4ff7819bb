drop trigger api_keys_end on api_keys;
drop trigger user_sessions_end on user_sessions;
drop function announce_end();
drop function ended_credentials(uuid[]);
drop trigger chat_knowledge_bases_events on chat_knowledge_bases;
drop function log_detached();
drop trigger chat_participants_touch on chat_participants;
alter table chat_participants drop column updated_at;
