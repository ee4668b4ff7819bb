drop function ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text, bigint);
create function ledger_bury_unplaced(
    bucket text, object_key text, etag text, last_modified timestamptz, size bigint, reason text, detail text)
    returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into ingest_ledger as l (bucket, object_key, etag, last_modified, size, state, reason, detail, ended_at)
    values ($1, $2, $3, $4, $5, 'dead', $6, $7, now())
    on conflict on constraint uq_ledger_version do update
    set state = 'dead', reason = excluded.reason, detail = excluded.detail, ended_at = now()
    where l.ended_at is null
$$;

drop function ledger_adopt(text, text, text, timestamptz, uuid, bigint);
create function ledger_adopt(
    bucket text, object_key text, etag text, last_modified timestamptz, knowledge_base uuid)
    returns table (id uuid, attempts integer)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update ingest_ledger l
    set organization_id = current_organization_id(), knowledge_base_id = $5, state = 'received', reason = null,
        detail = null, ended_at = null, attempts = l.attempts + 1
    where l.bucket = $1 and l.object_key = $2 and l.etag = $3 and l.last_modified = $4
      and l.organization_id is null
      and current_organization_id() is not null
    returning l.id, l.attempts
$$;

create or replace function ledger_known_objects(bucket text)
    returns table (object_key text, etag text, last_modified timestamptz, settled boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select k.object_key, k.etag, k.last_modified, k.state in ('indexed', 'unchanged', 'dead')
    from (
        select distinct on (l.object_key) l.object_key, l.etag, l.last_modified, l.state
        from ingest_ledger l
        where l.bucket = $1
        order by l.object_key, l.state = 'superseded', l.last_modified desc, l.state = 'deleted', l.received_at desc
    ) k
    where k.state <> 'deleted'
$$;

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

revoke execute on function
    ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text),
    ledger_adopt(text, text, text, timestamptz, uuid)
    from public;
grant execute on function
    ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text),
    ledger_adopt(text, text, text, timestamptz, uuid)
    to arketic_ingest;

drop function lock_object_epoch(text, text);
drop function lock_object(text, text);
drop function object_epoch(text, text);
alter table ingest_ledger drop column epoch;
