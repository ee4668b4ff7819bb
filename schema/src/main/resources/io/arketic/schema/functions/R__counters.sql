-- Counters that only triggers maintain.

-- Refuses counters that the application writes itself. The arguments are the counters.
create or replace function refuse_counters() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
    is_now jsonb;
    was jsonb;
begin
    if current_user = 'arketic_app' then
        is_now := to_jsonb(new);
        was := case tg_op when 'UPDATE' then to_jsonb(old) else '{}' end;
        for i in 0..tg_nargs - 1 loop
            if coalesce(is_now ->> tg_argv[i], '0') <> coalesce(was ->> tg_argv[i], '0') then
                raise insufficient_privilege using message = format(
                    '%s.%s is kept by the database; change what it counts', tg_table_name, tg_argv[i]);
            end if;
        end loop;
    end if;
    return new;
end $$;

-- Counts the members of an organization.
create or replace function count_member() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
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

-- Adds to an organization's storage; refuses what would exceed its limit.
create or replace function count_storage(tenant uuid, bytes bigint, limited boolean) returns void
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
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

-- Counts the stored bytes of the drive.
create or replace function count_blob() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    held record;
begin
    if tg_op <> 'DELETE' and new.blob_id is not null then
        update document_blobs set reference_count = reference_count + 1 where id = new.blob_id;
    end if;
    if tg_op <> 'INSERT' and old.blob_id is not null then
        update document_blobs set reference_count = reference_count - 1 where id = old.blob_id
        returning reference_count, object_key into held;
        if held.reference_count = 0 then
            delete from document_blobs where id = old.blob_id;
            insert into removed_objects (object_key, store) values (held.object_key, 'documents')
            on conflict (object_key) do update set remove_after = now();
        end if;
    end if;
    return null;
end $$;

-- Counts the documents of the drive.
create or replace function count_document() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
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

-- Counts the documents of a knowledge base at the commit. A failed document takes no storage, also if the same
-- transaction marks it as failed.
create or replace function count_knowledge_document() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
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

-- Counts the files of chats at the commit.
create or replace function count_chat_file() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        delete from removed_objects r where r.object_key = new.object_key;
        perform count_storage(new.organization_id, new.file_size, true);
    else
        insert into removed_objects (object_key) values (old.object_key)
        on conflict (object_key) do update set remove_after = now();
        perform count_storage(old.organization_id, -old.file_size, false);
    end if;
    return null;
end $$;

-- Counts the messages of a chat. All code locks a chat's row before its participants.
create or replace function count_message() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    messages integer := 0;
    tokens integer := 0;
    chat uuid;
    sender uuid;
begin
    if tg_op = 'DELETE' and exists (select from purging) then
        return null;
    end if;
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

-- Counts the earlier messages for a user that joins a chat again.
create or replace function count_participant() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform from chats where id = new.chat_id for no key update;
    select count(*) into new.message_count
    from chat_messages m
    where m.chat_id = new.chat_id and m.sender_id = new.user_id and not m.is_deleted;
    return new;
end $$;

-- Counts the runs of a workflow.
create or replace function count_execution() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
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

revoke execute on function
    count_member(), count_storage(uuid, bigint, boolean), count_blob(), count_document(), count_knowledge_document(),
    count_chat_file(), count_message(), count_participant(), count_execution() from public;
