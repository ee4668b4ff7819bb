drop trigger chat_participants_lasting on chat_participants;
drop function keep_lasting_participant();
alter table chat_participants drop column joined, drop column is_removed;
