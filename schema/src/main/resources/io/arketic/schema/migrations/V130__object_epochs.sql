-- Of all looks at an object, only the latest one may change what is stored of it. A look reads the object's epoch, then asks
-- the store. The first write raises the epoch, and every write is refused where the epoch is not its own any more. So what
-- the store holds now wins, whatever time it says of it, and an executor that was stopped meanwhile changes nothing.

alter table ingest_ledger add column epoch bigint not null default 0;

-- 0 of an object that the ledger has never worked on.
create function object_epoch(bucket text, object_key text) returns bigint
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(max(l.epoch), 0) from ingest_ledger l where l.bucket = $1 and l.object_key = $2
$$;

-- Keeps every other write of the object out until the transaction ends. Comes before any lock on the object's rows, so that
-- no two wait in a circle.
create function lock_object(bucket text, object_key text) returns void
    language sql volatile as $$
    select pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 4127004130))
$$;

-- As object_epoch; it stays so until the transaction ends.
create function lock_object_epoch(bucket text, object_key text) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform lock_object($1, $2);
    return object_epoch($1, $2);
end $$;

drop function ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text);
-- Ends a version whose key leads nowhere. A version that has ended already stays as it is.
create function ledger_bury_unplaced(
    bucket text, object_key text, etag text, last_modified timestamptz, size bigint, reason text, detail text,
    epoch bigint)
    returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into ingest_ledger as l (
        bucket, object_key, etag, last_modified, size, state, reason, detail, ended_at, epoch)
    values ($1, $2, $3, $4, $5, 'dead', $6, $7, now(), $8)
    on conflict on constraint uq_ledger_version do update
    set state = 'dead', reason = excluded.reason, detail = excluded.detail, ended_at = now(), epoch = excluded.epoch
    where l.ended_at is null
$$;

drop function ledger_adopt(text, text, text, timestamptz, uuid);
-- Opens a version again that had ended because its key led nowhere, now that it leads to the caller's knowledge base.
create function ledger_adopt(
    bucket text, object_key text, etag text, last_modified timestamptz, knowledge_base uuid, epoch bigint)
    returns table (id uuid, attempts integer)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update ingest_ledger l
    set organization_id = current_organization_id(), knowledge_base_id = $5, state = 'received', reason = null,
        detail = null, ended_at = null, attempts = l.attempts + 1, epoch = $6
    where l.bucket = $1 and l.object_key = $2 and l.etag = $3 and l.last_modified = $4
      and l.organization_id is null
      and current_organization_id() is not null
    returning l.id, l.attempts
$$;

-- What the ledger knows of the objects of a bucket: for each key the version that its document holds; where that is not
-- known, the one that it dealt with last. Not settled where any version is in flight. Superseded versions count only where
-- there is no other; keys whose last version was deleted are not known.
create or replace function ledger_known_objects(bucket text)
    returns table (object_key text, etag text, last_modified timestamptz, settled boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select k.object_key, k.etag, k.last_modified, k.state in ('indexed', 'unchanged', 'dead')
    from (
        select distinct on (l.object_key) l.object_key, l.etag, l.last_modified, l.state
        from ingest_ledger l
        left join knowledge_documents d
            on d.knowledge_base_id = l.knowledge_base_id and d.file_path = l.object_key and d.status <> 'deleted'
        where l.bucket = $1
        order by l.object_key, l.ended_at is not null, l.state = 'superseded',
            (d.object_etag = l.etag and d.object_last_modified = l.last_modified) is not true,
            l.epoch desc, l.last_modified desc, l.state = 'deleted', l.received_at desc
    ) k
    where k.state <> 'deleted'
$$;

-- As before, but a version was overtaken where its document holds another one, not where another one has a later time.
create or replace function ledger_replay(bucket text, object_key text, etag text) returns text
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    version record;
begin
    select l.id, l.organization_id, l.knowledge_base_id, l.state, l.ended_at, l.last_modified, l.epoch into version
    from ingest_ledger l
    where l.bucket = $1 and l.object_key = $2 and l.etag = $3
    order by l.epoch desc, l.last_modified desc limit 1;
    if not found then
        return 'unknown';
    end if;
    -- The document first, then the ledger: as the ingest locks them.
    perform from knowledge_documents d
    where d.knowledge_base_id = version.knowledge_base_id and d.file_path = $2 for update;
    select l.id, l.organization_id, l.knowledge_base_id, l.state, l.ended_at, l.last_modified, l.epoch into version
    from ingest_ledger l
    where l.id = version.id for update;
    if not found then
        return 'unknown';
    elsif version.ended_at is null then
        return 'in flight';
    elsif version.state <> 'dead' then
        return version.state::text;
    elsif exists (
        select from knowledge_documents d
        where d.knowledge_base_id = version.knowledge_base_id and d.file_path = $2 and d.status <> 'deleted'
          and d.object_etag is not null
          and (d.object_etag <> $3 or d.object_last_modified <> version.last_modified))
        or exists (
            select from ingest_ledger o
            where o.bucket = $1 and o.object_key = $2 and o.epoch > version.epoch and o.state in ('indexed', 'unchanged')) then
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
    object_epoch(text, text), lock_object(text, text), lock_object_epoch(text, text),
    ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text, bigint),
    ledger_adopt(text, text, text, timestamptz, uuid, bigint)
    from public;
grant execute on function
    object_epoch(text, text), lock_object_epoch(text, text),
    ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text, bigint),
    ledger_adopt(text, text, text, timestamptz, uuid, bigint)
    to arketic_ingest;
-- A request that deletes a document ends every look that is under way.
grant execute on function lock_object(text, text) to arketic_ingest, arketic_app;
