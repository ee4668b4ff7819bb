-- Participants join by themselves. log_participant (R__chats.sql) tells of this, too.
alter table chat_participants
    -- The user joined without an invitation: its right to write, and outside channels its place, come from its groups.
    add column joined boolean not null default false,
    -- Another participant removed the user. Its groups no longer show it the chat.
    add column is_removed boolean not null default false;

create or replace function keep_lasting_participant() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
    new.joined := false;
    return new;
end $$;
create trigger chat_participants_lasting before update of role on chat_participants
    for each row when (new.joined and new.role in ('owner', 'admin')) execute function keep_lasting_participant();
