-- Counters change with what they count and cannot be written by hand; limits hold however many come at once.
--
-- SQLSTATE of a limit that is reached: 54Q01 members, 54Q02 storage, 54Q03 AI requests, 54Q04 AI budget.

create policy counted_read on organization_members for select to arketic_owner using (true);

create function limit_reached(code text, message text, hint text) returns void
    language plpgsql as $$
begin
    raise exception using errcode = code, message = message, hint = hint;
end $$;

create function count_member() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    was integer := 0;
    is_now integer := 0;
    tenant uuid;
    delta integer;
begin
    if tg_op <> 'INSERT' then
        was := old.is_active::integer;
        tenant := old.organization_id;
    end if;
    if tg_op <> 'DELETE' then
        is_now := new.is_active::integer;
        tenant := new.organization_id;
    end if;
    delta := is_now - was;
    if delta <> 0 then
        update organizations set current_members = current_members + delta
        where id = tenant and (delta < 0 or current_members + delta <= max_members);
        if not found and delta > 0 then
            perform limit_reached('54Q01', 'the organization has as many members as it may',
                'remove a member or raise max_members');
        end if;
    end if;
    return null;
end $$;
create trigger organization_members_count
    after insert or delete or update of is_active on organization_members
    for each row execute function count_member();

-- Adds to an organization's storage; where it is limited, what would grow it beyond the limit is refused.
create function count_storage(tenant uuid, bytes bigint, limited boolean) returns void
    language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    update organizations o
    set current_storage_bytes = o.current_storage_bytes + bytes,
        current_storage_mb = (o.current_storage_bytes + bytes) / 1048576
    where o.id = tenant
      and (bytes <= 0 or not limited or o.current_storage_bytes + bytes <= o.max_storage_gb * 1073741824::bigint);
    if not found and exists (select from organizations o where o.id = tenant) then
        perform limit_reached('54Q02', 'the organization stores as much as it may',
            'delete documents or raise max_storage_gb');
    end if;
end $$;
revoke execute on function count_storage(uuid, bigint, boolean) from public;

-- As before, but what failed takes no part of the organization's storage, and storage has a limit. It does not hold for
-- a document that the same transaction goes on to mark as failed: so is one shown that was refused for the limit.
create or replace function count_knowledge_document() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    documents integer := 0;
    chunks integer := 0;
    bytes bigint := 0;
    stored bigint := 0;
    base uuid;
    tenant uuid;
begin
    if tg_op <> 'INSERT' then
        base := old.knowledge_base_id;
        tenant := old.organization_id;
        if old.status <> 'deleted' then
            documents := documents - 1;
            chunks := chunks - old.chunk_count;
            bytes := bytes - old.file_size;
        end if;
        if old.status not in ('deleted', 'failed') then
            stored := stored - old.file_size;
        end if;
    end if;
    if tg_op <> 'DELETE' then
        base := new.knowledge_base_id;
        tenant := new.organization_id;
        if new.status <> 'deleted' then
            documents := documents + 1;
            chunks := chunks + new.chunk_count;
            bytes := bytes + new.file_size;
        end if;
        if new.status not in ('deleted', 'failed') then
            stored := stored + new.file_size;
        end if;
    end if;
    if documents <> 0 or chunks <> 0 or bytes <> 0 then
        update knowledge_bases
        set document_count = document_count + documents,
            total_chunks = total_chunks + chunks,
            total_size_bytes = total_size_bytes + bytes
        where id = base;
    end if;
    if stored <> 0 then
        perform count_storage(tenant, stored, tg_op <> 'DELETE' and exists (
            select from knowledge_documents d where d.id = new.id and d.status not in ('deleted', 'failed')));
    end if;
    return null;
end $$;

create function count_document() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    bytes bigint := 0;
    tenant uuid;
begin
    if tg_op <> 'INSERT' then
        tenant := old.organization_id;
        if old.status not in ('deleted', 'failed') then
            bytes := bytes - old.file_size;
        end if;
    end if;
    if tg_op <> 'DELETE' then
        tenant := new.organization_id;
        if new.status not in ('deleted', 'failed') then
            bytes := bytes + new.file_size;
        end if;
    end if;
    if bytes <> 0 then
        perform count_storage(tenant, bytes, true);
    end if;
    return null;
end $$;
create constraint trigger documents_count
    after insert or delete or update of status, file_size on documents
    deferrable initially deferred
    for each row execute function count_document();

-- A chat's row is locked before its participants' everywhere.
create function count_message() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    messages integer := 0;
    tokens integer := 0;
    chat uuid;
    sender uuid;
begin
    if tg_op <> 'INSERT' then
        chat := old.chat_id;
        sender := old.sender_id;
        messages := messages - (not old.is_deleted)::integer;
        tokens := tokens - coalesce(old.tokens_used, 0);
    end if;
    if tg_op <> 'DELETE' then
        chat := new.chat_id;
        -- A user that is erased leaves its messages without a sender, and takes its participation away.
        sender := coalesce(new.sender_id, sender);
        messages := messages + (not new.is_deleted)::integer;
        tokens := tokens + coalesce(new.tokens_used, 0);
    end if;
    if messages <> 0 or tokens <> 0 or tg_op = 'INSERT' then
        update chats
        set message_count = message_count + messages,
            total_tokens_used = total_tokens_used + tokens,
            last_activity_at = case tg_op when 'INSERT' then greatest(last_activity_at, new.created_at)
                else last_activity_at end
        where id = chat;
    end if;
    if messages <> 0 and sender is not null then
        update chat_participants set message_count = message_count + messages
        where chat_id = chat and user_id = sender;
    end if;
    return null;
end $$;
create trigger chat_messages_count
    after insert or delete or update of is_deleted, tokens_used on chat_messages
    for each row execute function count_message();

-- Who joins again finds its earlier messages counted.
create function count_participant() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform from chats where id = new.chat_id for no key update;
    select count(*) into new.message_count
    from chat_messages m
    where m.chat_id = new.chat_id and m.sender_id = new.user_id and not m.is_deleted;
    return new;
end $$;
create trigger chat_participants_joined before insert on chat_participants
    for each row execute function count_participant();

-- The average is over completed runs.
alter table workflows add column completed_duration decimal(14, 2) not null default 0;
create function count_execution() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    runs integer := 0;
    completed integer := 0;
    failed integer := 0;
    duration decimal := 0;
    workflow uuid;
begin
    if tg_op <> 'INSERT' then
        workflow := old.workflow_id;
        runs := runs - 1;
        completed := completed - (old.status = 'completed')::integer;
        failed := failed - (old.status in ('failed', 'timed_out'))::integer;
        duration := duration - case old.status when 'completed' then coalesce(old.duration_seconds, 0) else 0 end;
    end if;
    if tg_op <> 'DELETE' then
        workflow := new.workflow_id;
        runs := runs + 1;
        completed := completed + (new.status = 'completed')::integer;
        failed := failed + (new.status in ('failed', 'timed_out'))::integer;
        duration := duration + case new.status when 'completed' then coalesce(new.duration_seconds, 0) else 0 end;
    end if;
    if runs <> 0 or completed <> 0 or failed <> 0 or duration <> 0 then
        update workflows
        set execution_count = execution_count + runs,
            success_count = success_count + completed,
            failure_count = failure_count + failed,
            completed_duration = completed_duration + duration,
            avg_execution_time = (completed_duration + duration) / nullif(success_count + completed, 0),
            last_run_at = case tg_op when 'INSERT' then now() else last_run_at end
        where id = workflow;
    end if;
    return null;
end $$;
create trigger workflow_executions_count
    after insert or delete or update of status, duration_seconds on workflow_executions
    for each row execute function count_execution();

-- The counters that nobody kept so far.
update organizations o
set current_members = (
        select count(*) from organization_members m where m.organization_id = o.id and m.is_active),
    current_storage_bytes = s.bytes,
    current_storage_mb = s.bytes / 1048576
from (
    select o.id, coalesce((select sum(d.file_size) from knowledge_documents d
            where d.organization_id = o.id and d.status not in ('deleted', 'failed')), 0)
        + coalesce((select sum(d.file_size) from documents d
            where d.organization_id = o.id and d.status not in ('deleted', 'failed')), 0) as bytes
    from organizations o) s
where s.id = o.id;
update chats c
set message_count = m.messages, total_tokens_used = m.tokens
from (
    select chat_id, count(*) filter (where not is_deleted) as messages, coalesce(sum(tokens_used), 0) as tokens
    from chat_messages group by 1) m
where m.chat_id = c.id;
update chat_participants p
set message_count = (
    select count(*) from chat_messages m
    where m.chat_id = p.chat_id and m.sender_id = p.user_id and not m.is_deleted);
