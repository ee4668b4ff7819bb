-- Chats: events, presence, questions in progress, and citations.

-- Adds an event to a chat's stream.
create or replace function log_chat_event(tenant uuid, chat uuid, what chat_event_kind, subject uuid) returns void
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
    perform from chats c where c.id = chat for no key update;
    if found then
        insert into chat_events (organization_id, chat_id, number, kind, subject_id)
        select tenant, chat, coalesce(max(e.number), 0) + 1, what, subject from chat_events e where e.chat_id = chat;
        perform pg_notify('arketic_chat', chat::text);
    end if;
end $$;

-- Adds the events of a changed chat.
create or replace function log_chat() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        perform pg_notify('arketic_chat', old.id::text);
    elsif new.updated_at <> old.updated_at then
        perform log_chat_event(new.organization_id, new.id, 'chat', null);
    end if;
    return null;
end $$;

-- Adds the events of a message.
create or replace function log_message() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        perform log_chat_event(new.organization_id, new.chat_id, 'message', new.id);
    elsif new.is_deleted and not old.is_deleted then
        perform log_chat_event(new.organization_id, new.chat_id, 'message_deleted', new.id);
    elsif (new.content, new.status) is distinct from (old.content, old.status) then
        perform log_chat_event(new.organization_id, new.chat_id, 'message_edited', new.id);
    end if;
    return null;
end $$;

-- Adds the events of a participant.
create or replace function log_participant() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        perform log_chat_event(new.organization_id, new.chat_id, 'participant', new.id);
    elsif old.is_active and not new.is_active then
        perform log_chat_event(new.organization_id, new.chat_id, 'participant_left', new.id);
    elsif (new.is_active, new.role, new.can_send_messages, new.can_upload_files, new.joined)
        is distinct from (old.is_active, old.role, old.can_send_messages, old.can_upload_files, old.joined) then
        perform log_chat_event(new.organization_id, new.chat_id, 'participant', new.id);
    elsif new.last_read_message_id > coalesce(old.last_read_message_id, '00000000-0000-0000-0000-000000000000') then
        perform log_chat_event(new.organization_id, new.chat_id, 'read', new.id);
    end if;
    return null;
end $$;

-- Adds the event of a knowledge base that leaves a chat because it is removed.
create or replace function log_detached() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    told boolean := (
        select e.kind = 'chat' and e.xmin::text = (pg_current_xact_id()::text::numeric % 4294967296)::text
        from chat_events e where e.chat_id = old.chat_id order by e.number desc limit 1);
begin
    if told is not true then
        perform log_chat_event(old.organization_id, old.chat_id, 'chat', null);
    end if;
    return null;
end $$;

-- Announces the first row of a user in a chat, and the end of the last one.
create or replace function announce_presence() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    chat uuid := case tg_op when 'INSERT' then new.chat_id else old.chat_id end;
    person uuid := case tg_op when 'INSERT' then new.user_id else old.user_id end;
    process uuid := case tg_op when 'INSERT' then new.process_id else old.process_id end;
begin
    if not exists (
        select from chat_presence p
        where p.chat_id = chat and p.user_id = person and p.process_id <> process and p.present_until > now()) then
        perform pg_notify(
            'arketic_chat_moment',
            concat_ws(' ', case tg_op when 'INSERT' then 'present' else 'absent' end, chat, person));
    end if;
    return null;
end $$;

-- Renews the rows of a process for a minute, and removes those of dead processes.
create or replace function renew_chat_presence(process uuid) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update chat_presence set present_until = now() + interval '1 minute' where process_id = process;
    delete from chat_presence where present_until < now() and process_id <> process;
$$;

-- Removes a user's presence in a chat through a process.
create or replace function leave_chat_presence(process uuid, chat uuid, person uuid) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    delete from chat_presence where process_id = process and chat_id = chat and user_id = person
$$;

-- Renews the questions that a process answers.
create or replace function renew_open_questions(questions uuid[]) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update open_questions set open_until = now() + interval '2 minutes' where id = any (questions)
$$;

-- Ends a batch of questions whose process is gone, with a failed answer, and settles their charges with what they
-- reserved, in the same commit; returns their number.
create or replace function end_lost_questions(batch integer) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    lost record;
    ended bigint := 0;
begin
    for lost in
        select q.id, q.organization_id, q.chat_id, q.message_id from open_questions q
        where q.open_until < now() order by q.open_until limit batch
    loop
        -- The organization's row, then the chat's, then what belongs to it, as everywhere.
        perform from organizations o where o.id = lost.organization_id for no key update;
        perform from chats c where c.id = lost.chat_id for no key update;
        delete from open_questions q where q.id = lost.id and q.open_until < now();
        if found then
            perform settle_charge(lost.organization_id, lost.id, null, null, null, null);
            insert into chat_messages (
                organization_id, chat_id, reply_to_id, message_type, content, status, failure_reason)
            select m.organization_id, m.chat_id, m.id, 'ai', '', 'failed', 'answer-lost'
            from chat_messages m
            where m.chat_id = lost.chat_id and m.id = lost.message_id and not m.is_deleted;
            ended := ended + 1;
        end if;
    end loop;
    return ended;
end $$;

-- Keeps the owner of a personal knowledge base with each quote from it.
create or replace function protect_citation() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    select case b.knowledge_base_type when 'personal' then b.owner_id end into new.private_to
    from knowledge_bases b
    where b.id = new.knowledge_base_id and b.organization_id = new.organization_id;
    if not found then
        new.private_to := case tg_op when 'INSERT' then current_user_id() else old.private_to end;
    end if;
    return new;
end $$;

-- Keeps quotes private when an erased account's personal knowledge base changes its owner.
create or replace function protect_citations() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update message_citations set private_to = null where knowledge_base_id = new.id;
    return null;
end $$;

-- Deletes the quotes of a deleted message, also those that the user does not see.
create or replace function forget_citations() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from message_citations where message_id = new.id;
    return null;
end $$;

-- Searches the messages that the caller can see.
create or replace function search_chat_messages(
        words text, at_most integer, older_than uuid DEFAULT NULL::uuid) returns table (id uuid, chat_id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select m.id, m.chat_id
    from websearch_to_tsquery('simple', folded(words)) q
    join chat_messages m on searchable_folded(m.content) @@ q
    join chats c on c.id = m.chat_id
    where m.organization_id = current_organization_id() and not m.is_deleted
      and (older_than is null or m.id < older_than)
      and (
        current_user_id() is null
        or c.chat_type = 'channel'
        or coalesce(
            (select p.is_active and not p.joined from chat_participants p
            where p.chat_id = c.id and p.user_id = current_user_id()),
            c.creator_id = current_user_id())
        or c.id = any ((select granted_chats('view'))::uuid[]))
    order by m.id desc
    limit at_most
$$;

revoke execute on function
    log_chat_event(uuid, uuid, chat_event_kind, uuid), log_chat(), log_message(), log_participant(), log_detached(),
    announce_presence(), renew_chat_presence(uuid), leave_chat_presence(uuid, uuid, uuid), renew_open_questions(uuid[]),
    end_lost_questions(integer), protect_citation(), protect_citations(), forget_citations(),
    search_chat_messages(text, integer, uuid) from public;
grant execute on function
    renew_chat_presence(uuid), leave_chat_presence(uuid, uuid, uuid),
    search_chat_messages(text, integer, uuid) to arketic_app;
grant execute on function renew_open_questions(uuid[]), end_lost_questions(integer) to arketic_maintenance;
