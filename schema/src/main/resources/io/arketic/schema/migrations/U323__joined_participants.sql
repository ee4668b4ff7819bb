create or replace function log_participant() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        perform log_chat_event(new.organization_id, new.chat_id, 'participant', new.id);
    elsif old.is_active and not new.is_active then
        perform log_chat_event(new.organization_id, new.chat_id, 'participant_left', new.id);
    elsif (new.is_active, new.role, new.can_send_messages, new.can_upload_files)
        is distinct from (old.is_active, old.role, old.can_send_messages, old.can_upload_files) then
        perform log_chat_event(new.organization_id, new.chat_id, 'participant', new.id);
    elsif new.last_read_message_id > coalesce(old.last_read_message_id, '00000000-0000-0000-0000-000000000000') then
        perform log_chat_event(new.organization_id, new.chat_id, 'read', new.id);
    end if;
    return null;
end $$;
drop trigger chat_participants_lasting on chat_participants;
drop function keep_lasting_participant();
alter table chat_participants drop column joined, drop column is_removed;
