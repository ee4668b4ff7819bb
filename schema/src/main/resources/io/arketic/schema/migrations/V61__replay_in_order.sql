-- As before, but locks the document before the ledger's row, as everything else does: the reverse could end in a deadlock.
create or replace function ledger_replay(bucket text, object_key text, etag text) returns text
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    version record;
begin
    select l.id, l.organization_id, l.knowledge_base_id, l.state, l.ended_at, l.last_modified into version
    from ingest_ledger l
    where l.bucket = $1 and l.object_key = $2 and l.etag = $3
    order by l.last_modified desc limit 1;
    if not found then
        return 'unknown';
    end if;
    -- The document first, then the ledger: as the ingest locks them.
    perform from knowledge_documents d
    where d.knowledge_base_id = version.knowledge_base_id and d.file_path = $2 for update;
    select l.id, l.organization_id, l.knowledge_base_id, l.state, l.ended_at, l.last_modified into version
    from ingest_ledger l
    where l.id = version.id for update;
    if not found then
        return 'unknown';
    elsif version.ended_at is null then
        return 'in flight';
    elsif version.state <> 'dead' then
        return version.state::text;
    elsif exists (
        select from ingest_ledger n
        where n.bucket = $1 and n.object_key = $2 and n.last_modified > version.last_modified) then
        return 'superseded';
    elsif version.organization_id is null then
        return 'unplaced';
    end if;
    update knowledge_documents d set status = 'pending', processing_error = null
    where d.knowledge_base_id = version.knowledge_base_id and d.file_path = $2 and d.status = 'failed';
    update ingest_ledger l set state = 'received', reason = null, detail = null, ended_at = null
    where l.id = version.id;
    return 'opened';
end $$;
