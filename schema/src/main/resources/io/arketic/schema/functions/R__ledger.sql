-- The ledger of dropped files, their objects and the outbox.

-- Returns the number of an object's current work; 0 for an object without work.
create or replace function object_epoch(bucket text, object_key text) returns bigint
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(max(l.epoch), 0) from ingest_ledger l where l.bucket = $1 and l.object_key = $2
$$;

-- Keeps all other writes of the object out until the end of the transaction. Call it before any lock on the object's
-- rows.
create or replace function lock_object(bucket text, object_key text) returns void
    language sql volatile as $$
    select pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 4127004130))
$$;

-- Returns object_epoch() and keeps it until the end of the transaction.
create or replace function lock_object_epoch(bucket text, object_key text) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform lock_object($1, $2);
    return object_epoch($1, $2);
end $$;

-- Registers an object for removal in a day. False if an object of this key is removed within the hour.
create or replace function put_down_object(key text, use text) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if current_organization_id() is not null or current_user_id() is not null then
        raise insufficient_privilege using message = 'removals are the work of no tenant';
    end if;
    insert into removed_objects as r (object_key, remove_after, store)
    values (key, now() + interval '1 day', use)
    on conflict (object_key) do update set remove_after = excluded.remove_after
    where r.remove_after > now() + interval '1 hour';
    return found;
end $$;

-- Ends a version whose key has no knowledge base. An ended version stays as it is.
create or replace function ledger_bury_unplaced(
        bucket text, object_key text, etag text, last_modified timestamptz, size bigint, reason text, detail text,
        epoch bigint) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into ingest_ledger as l (
        bucket, object_key, etag, last_modified, size, state, reason, detail, ended_at, epoch)
    values ($1, $2, $3, $4, $5, 'dead', $6, $7, now(), $8)
    on conflict on constraint uq_ledger_version do update
    set state = 'dead', reason = excluded.reason, detail = excluded.detail, ended_at = now(), epoch = excluded.epoch
    where l.ended_at is null
$$;

-- Opens such a version again once its key has the caller's knowledge base.
create or replace function ledger_adopt(
        bucket text, object_key text, etag text, last_modified timestamptz, knowledge_base uuid,
        epoch bigint) returns table (id uuid, attempts integer)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update ingest_ledger l
    set organization_id = current_organization_id(), knowledge_base_id = $5, state = 'received', reason = null,
        detail = null, ended_at = null, attempts = l.attempts + 1, epoch = $6
    where l.bucket = $1 and l.object_key = $2 and l.etag = $3 and l.last_modified = $4
      and l.organization_id is null
      and current_organization_id() is not null
    returning l.id, l.attempts
$$;

-- Returns for each key of a bucket the version of its document, otherwise the last version of the ledger. Superseded
-- versions count only without another one; keys whose last version was deleted are unknown.
create or replace function ledger_known_objects(bucket text) returns table (
        object_key text, etag text, last_modified timestamptz, settled boolean)
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

-- Returns the next keys of a bucket, of the ledger and of the queue, in the order of keys. What rests in the queue has a lease
-- of no owner, and waits as well. Keys whose version is deleted are among them: the last key of a page is where the next one
-- begins. A key is removable if a removal of its object has something to end: a document, a version in flight or an indexed
-- one.
create or replace function ledger_known_after(bucket text, after text, at_most integer) returns table (
        object_key text, etag text, last_modified timestamptz, settled boolean, epoch bigint, waits boolean,
        removable boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with keys as (
        (select distinct l.object_key from ingest_ledger l
        where l.bucket = $1 and l.object_key > $2 order by l.object_key limit $3)
        union
        (select q.object_key from dirty_objects q
        where q.bucket = $1 and q.object_key > $2
          and (q.leased_by is null or q.leased_by = '00000000-0000-0000-0000-000000000000')
        order by q.object_key limit $3)
        order by object_key limit $3)
    select k.object_key, v.etag, v.last_modified, v.settled, coalesce(v.epoch, 0), exists (
        select from dirty_objects q
        where q.bucket = $1 and q.object_key = k.object_key
          and (q.leased_by is null or q.leased_by = '00000000-0000-0000-0000-000000000000')),
        coalesce(v.removable, false)
    from keys k
    left join lateral (
        select case when l.state <> 'deleted' then l.etag end as etag, l.last_modified,
            l.state in ('indexed', 'unchanged', 'dead') as settled, max(l.epoch) over () as epoch,
            bool_or(d.id is not null or l.ended_at is null or l.state in ('indexed', 'unchanged')) over () as removable
        from ingest_ledger l
        left join knowledge_documents d
            on d.knowledge_base_id = l.knowledge_base_id and d.file_path = l.object_key and d.status <> 'deleted'
        where l.bucket = $1 and l.object_key = k.object_key
        order by l.ended_at is not null, l.state = 'superseded',
            (d.object_etag = l.etag and d.object_last_modified = l.last_modified) is not true,
            l.epoch desc, l.last_modified desc, l.state = 'deleted', l.received_at desc
        limit 1
    ) v on true
    order by k.object_key
$$;

-- Opens versions again that ended dead. A version is overtaken if its document holds another one.
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

-- Returns parked versions whose time has come, the longest overdue of each knowledge base first.
create or replace function ledger_due(bucket text, at_most integer) returns table (
        object_key text, attempts integer, size bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.object_key, d.attempts, d.size
    from (
        select l.object_key, l.attempts, l.size, l.parked_until,
            row_number() over (partition by l.knowledge_base_id order by l.parked_until) as place
        from ingest_ledger l
        where l.bucket = $1 and l.parked_until <= now()
    ) d
    where d.place <= at_most
    order by d.parked_until
$$;

-- Returns versions in flight without any work for so long that their process may be gone.
create or replace function ledger_forgotten(bucket text, untouched interval) returns table (
        object_key text, attempts integer, size bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select l.object_key, l.attempts, l.size
    from ledger_unsettled u
    join ingest_ledger l on l.id = u.ledger_id
    where u.since < now() - untouched
      and l.bucket = $1 and l.ended_at is null and l.parked_until is null and l.updated_at < now() - untouched
    order by l.updated_at
    limit 10000
$$;

-- Returns how much work waits or is in progress for each organization, and how long the oldest of it is unsettled. Parked
-- versions do not count.
create or replace function ledger_backlog() returns table (
        organization uuid, waiting bigint, working bigint, oldest interval)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select b.organization_id,
        sum(v.versions) filter (where v.state = 'received')::bigint,
        sum(v.versions) filter (where v.state <> 'received')::bigint,
        max(now() - o.since)
    from (
        select t.knowledge_base_id, t.state, sum(t.versions) as versions
        from (
            select c.knowledge_base_id, c.state, c.reason, c.versions from ledger_counts c
            union all
            select c.knowledge_base_id, c.state, c.reason, c.versions from ledger_changes c
        ) t
        where t.state in ('received', 'extracting', 'embedding') and t.reason is null
        group by 1, 2
        having sum(t.versions) > 0
    ) v
    join knowledge_bases b on b.id = v.knowledge_base_id
    left join lateral (
        select u.since from ledger_unsettled u
        where u.knowledge_base_id = v.knowledge_base_id order by u.since limit 1) o on true
    group by b.organization_id
$$;

-- Clears the former state of a version that ended.
create or replace function forget_former_state() returns trigger
    language plpgsql volatile as $$
begin
    new.former_state := null;
    return new;
end $$;

-- Clears the parking and the count of failures of a version that ended.
create or replace function forget_parking() returns trigger
    language plpgsql volatile as $$
begin
    new.parked_until := null;
    new.content_failures := 0;
    return new;
end $$;

-- Lists versions that came in flight.
create or replace function unsettle_inserted() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into ledger_unsettled (ledger_id, knowledge_base_id)
    select c.id, c.knowledge_base_id from came c where c.ended_at is null and c.parked_until is null
    on conflict do nothing;
    return null;
end $$;

-- Lists versions that are in flight again, and takes those from the list that ended or are parked.
create or replace function unsettle_updated() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from ledger_unsettled u using came c
    where u.ledger_id = c.id and (c.ended_at is not null or c.parked_until is not null);
    insert into ledger_unsettled (ledger_id, knowledge_base_id)
    select c.id, c.knowledge_base_id from came c join went w on w.id = c.id
    where c.ended_at is null and c.parked_until is null and (w.ended_at is not null or w.parked_until is not null)
    on conflict do nothing;
    return null;
end $$;

-- Takes deleted versions from the list.
create or replace function settle_deleted() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from ledger_unsettled u using went w where u.ledger_id = w.id;
    return null;
end $$;

-- Writes down how a change alters the ledger's totals.
create or replace function count_ledger() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into ledger_changes (knowledge_base_id, state, reason, versions)
        select c.knowledge_base_id, c.state, c.reason, count(*) from came c group by 1, 2, 3;
    elsif tg_op = 'DELETE' then
        insert into ledger_changes (knowledge_base_id, state, reason, versions)
        select w.knowledge_base_id, w.state, w.reason, -count(*) from went w group by 1, 2, 3;
    else
        insert into ledger_changes (knowledge_base_id, state, reason, versions)
        select v.knowledge_base_id, v.state, v.reason, sum(v.versions)
        from (
            select c.knowledge_base_id, c.state, c.reason, 1 as versions from came c
            union all
            select w.knowledge_base_id, w.state, w.reason, -1 from went w
        ) v
        group by 1, 2, 3
        having sum(v.versions) <> 0;
    end if;
    return null;
end $$;

-- Adds up a batch of those changes; of several callers, one does.
create or replace function fold_ledger_changes(at_most integer) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if pg_try_advisory_xact_lock(4127004128) then
        with taken as (
            delete from ledger_changes where number in (
                select c.number from ledger_changes c order by c.number limit at_most)
            returning knowledge_base_id, state, reason, versions
        )
        insert into ledger_counts as t (knowledge_base_id, state, reason, versions)
        select c.knowledge_base_id, c.state, c.reason, sum(c.versions) from taken c group by 1, 2, 3
        on conflict on constraint uq_ledger_counts do update set versions = t.versions + excluded.versions;
    end if;
end $$;

-- Returns numbers over all tenants, without any content.
create or replace function ledger_totals() returns table (state ingest_state, reason text, versions bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
    perform fold_ledger_changes(50000);
    return query
        select v.state, v.reason, sum(v.versions)::bigint
        from (
            select t.state, t.reason, t.versions from ledger_counts t
            union all
            select c.state, c.reason, c.versions from ledger_changes c
        ) v
        group by 1, 2
        having sum(v.versions) <> 0;
end $$;

-- Returns the oldest unsent events. They stay locked until the transaction ends; events locked by others are left
-- out.
create or replace function outbox_pending(at_most integer) returns table (
        id uuid, topic text, message_key text, payload text)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select o.id, o.topic, o.message_key, o.payload
    from outbox_events o
    where o.published_at is null
    order by o.id
    limit at_most
    for update skip locked
$$;

-- Marks events as sent.
create or replace function outbox_published(ids uuid[]) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update outbox_events set published_at = now() where id = any (ids)
$$;

-- Deletes a batch of events sent more than seven days ago; returns their number.
create or replace function outbox_purge() returns integer
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with purged as (
        delete from outbox_events
        where id in (
            select o.id from outbox_events o
            where o.published_at < now() - interval '7 days'
            order by o.published_at
            limit 5000
            for update skip locked)
        returning 1
    )
    select count(*)::integer from purged
$$;

revoke execute on function
    object_epoch(text, text), lock_object(text, text), lock_object_epoch(text, text), put_down_object(text, text),
    ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text, bigint),
    ledger_adopt(text, text, text, timestamptz, uuid, bigint), ledger_known_objects(text),
    ledger_known_after(text, text, integer), ledger_replay(text, text, text), ledger_due(text, integer),
    ledger_forgotten(text, interval), ledger_backlog(),
    unsettle_inserted(), unsettle_updated(), settle_deleted(), count_ledger(),
    fold_ledger_changes(integer), ledger_totals(), outbox_pending(integer), outbox_published(uuid[]),
    outbox_purge() from public;
grant execute on function
    object_epoch(text, text), lock_object_epoch(text, text),
    ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text, bigint),
    ledger_adopt(text, text, text, timestamptz, uuid, bigint), ledger_known_objects(text), ledger_due(text, integer),
    ledger_known_after(text, text, integer), ledger_forgotten(text, interval) to arketic_ingest;
grant execute on function lock_object(text, text) to arketic_app, arketic_ingest;
grant execute on function put_down_object(text, text) to arketic_app;
grant execute on function ledger_replay(text, text, text) to arketic_ops;
grant execute on function ledger_backlog() to arketic_ingest, arketic_maintenance;
grant execute on function ledger_totals() to arketic_ingest, arketic_maintenance, arketic_ops;
grant execute on function outbox_pending(integer), outbox_published(uuid[]), outbox_purge() to arketic_maintenance;
