drop trigger workflow_executions_count on workflow_executions;
drop function count_execution();
alter table workflows drop column completed_duration;
drop trigger chat_participants_joined on chat_participants;
drop function count_participant();
drop trigger chat_messages_count on chat_messages;
drop function count_message();
drop trigger documents_count on documents;
drop function count_document();
create or replace function count_knowledge_document() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    documents integer := 0;
    chunks integer := 0;
    bytes bigint := 0;
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
    end if;
    if tg_op <> 'DELETE' then
        base := new.knowledge_base_id;
        tenant := new.organization_id;
        if new.status <> 'deleted' then
            documents := documents + 1;
            chunks := chunks + new.chunk_count;
            bytes := bytes + new.file_size;
        end if;
    end if;
    if documents <> 0 or chunks <> 0 or bytes <> 0 then
        update knowledge_bases
        set document_count = document_count + documents,
            total_chunks = total_chunks + chunks,
            total_size_bytes = total_size_bytes + bytes
        where id = base;
    end if;
    if bytes <> 0 then
        update organizations
        set current_storage_bytes = current_storage_bytes + bytes,
            current_storage_mb = (current_storage_bytes + bytes) / 1048576
        where id = tenant;
    end if;
    return null;
end $$;
drop function count_storage(uuid, bigint, boolean);
drop trigger organization_members_count on organization_members;
drop function count_member();
drop function limit_reached(text, text, text);
drop policy counted_read on organization_members;
-- What failed counts again.
update organizations o
set current_storage_bytes = s.bytes, current_storage_mb = s.bytes / 1048576
from (
    select b.organization_id, sum(b.total_size_bytes) as bytes from knowledge_bases b group by 1) s
where s.organization_id = o.id;
