-- The queue of objects that have to be looked at.

-- Marks objects, each key once. An event that announces a version is kept for its look; of others, one of each kind and
-- bucket (lines 1 and 5 of the text). An object that is read again waits ten minutes longer than others, unless the store
-- tells of it. One that rests after its return keeps its place.
create or replace function mark_objects(
    bucket text, object_keys text[], events text[], announces boolean[], told boolean[], sizes bigint[], delays bigint[])
    returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    now_ms bigint := extract(epoch from clock_timestamp()) * 1000;
begin
    insert into dirty_objects as d (bucket, object_key, events, size, place)
    select $1, m.object_key, array[m.event], m.size, now_ms + m.delay + case
            when not m.told and exists (
                select from ingest_ledger l
                where l.bucket = $1 and l.object_key = m.object_key and l.ended_at is null and l.former_state is not null)
            then 600000 else 0 end
    from unnest($2, $3, $4, $5, $6, $7) m(object_key, event, announces, told, size, delay)
    order by m.object_key
    on conflict on constraint uq_dirty_object do update
    set marks = d.marks + 1, size = excluded.size,
        marked_again_at = case when d.leased_by is not null then coalesce(d.marked_again_at, clock_timestamp()) end,
        place = case
            when d.leased_by is null then least(d.place, excluded.place)
            when d.leased_by = '00000000-0000-0000-0000-000000000000' then greatest(d.place, excluded.place)
            else excluded.place end;
    update dirty_objects d set events = (d.events || m.event)[greatest(1, cardinality(d.events) - 6):]
    from unnest($2, $3, $4) m(object_key, event, announces)
    where d.bucket = $1 and d.object_key = m.object_key and case
        when m.announces then not m.event = any (d.events)
        -- The row's events may be about another bucket, or of a version that is gone: its look has to see this one, too.
        else not exists (
            select from unnest(d.events) e(event)
            where split_part(e.event, E'\n', 1) = split_part(m.event, E'\n', 1)
              and split_part(e.event, E'\n', 5) = split_part(m.event, E'\n', 5)) end;
    perform pg_notify('dirty_objects', '');
end $$;

-- What waits: of each tenant so many, in their order, and of 20,000 tenants one each.
create or replace function free_objects(bucket text, of_each integer)
    returns table (object_key text, tenant text, size bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with recursive tenants(tenant) as (
        (select d.tenant from dirty_objects d
        where d.bucket = $1 and d.leased_by is null order by d.tenant limit 1)
        union all
        select (
            select d.tenant from dirty_objects d
            where d.bucket = $1 and d.leased_by is null and d.tenant > t.tenant order by d.tenant limit 1)
        from tenants t where t.tenant is not null
    )
    select w.object_key, t.tenant, w.size
    from tenants t
    cross join lateral (
        select d.object_key, d.size, d.place from dirty_objects d
        where d.bucket = $1 and d.leased_by is null and d.tenant = t.tenant
        order by d.place, d.object_key limit least($2, greatest(1, 20000 / (select count(*) from tenants)))
    ) w
    order by t.tenant, w.place, w.object_key
$$;

-- Leases what is still free of these keys.
create or replace function lease_objects(bucket text, object_keys text[], owner uuid, lasts interval)
    returns table (object_key text, lease bigint, marks bigint, events text[], waited_ms bigint)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update dirty_objects d
    set lease = nextval('dirty_object_leases'), marked_again_at = null, leased_by = $3, leased_until = clock_timestamp() + $4
    from (
        select f.object_key from dirty_objects f
        where f.bucket = $1 and f.object_key = any ($2) and f.leased_by is null
        order by f.object_key for update skip locked
    ) f
    where d.bucket = $1 and d.object_key = f.object_key
    returning d.object_key, d.lease, d.marks, d.events,
        (extract(epoch from clock_timestamp() - d.marked_at) * 1000)::bigint
$$;

-- Keeps the leases of an owner on these keys, gives back its others, and those of any owner that have ended.
create or replace function renew_objects(bucket text, object_keys text[], owner uuid, lasts interval) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update dirty_objects d set leased_until = clock_timestamp() + $4
    from (
        select f.object_key from dirty_objects f
        where f.bucket = $1 and f.object_key = any ($2) and f.leased_by = $3
        order by f.object_key for update skip locked
    ) f
    where d.bucket = $1 and d.object_key = f.object_key;
    update dirty_objects d set leased_by = null, leased_until = null
    from (
        select f.object_key from dirty_objects f
        where f.bucket = $1 and f.leased_by is not null
          and ((f.leased_by = $3 and not f.object_key = any ($2)) or f.leased_until < clock_timestamp())
        order by f.object_key for update skip locked
    ) f
    where d.bucket = $1 and d.object_key = f.object_key;
end $$;

-- Ends a lease after the look: the row goes, unless it was marked meanwhile. Returns whether it went.
create or replace function settle_object(bucket text, object_key text, lease bigint, marks bigint, events text[])
    returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from dirty_objects d
    where d.bucket = $1 and d.object_key = $2 and d.lease = $3 and d.leased_by is not null and d.marks = $4;
    if found then
        return true;
    end if;
    update dirty_objects d
    set leased_by = null, leased_until = null, marked_at = coalesce(d.marked_again_at, d.marked_at), marked_again_at = null,
        returned_at = null, events = coalesce(nullif(array(
            select e.event from unnest(d.events) with ordinality e(event, number)
            where not e.event = any ($5) order by e.number), '{}'), d.events[cardinality(d.events):])
    where d.bucket = $1 and d.object_key = $2 and d.lease = $3 and d.leased_by is not null;
    if found then
        perform pg_notify('dirty_objects', '');
    end if;
    return false;
end $$;

-- Ends a lease whose look had no end, and keeps the key from all owners for a time: until then it has a lease of no owner,
-- which ends like any other. It keeps its marks, behind what waits. Returns whether the lease was still the latest.
create or replace function return_object(bucket text, object_key text, lease bigint, pause interval) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    free_at timestamptz := clock_timestamp() + $4;
begin
    update dirty_objects d
    set lease = nextval('dirty_object_leases'), leased_by = '00000000-0000-0000-0000-000000000000', leased_until = free_at,
        returned_at = clock_timestamp(), place = extract(epoch from free_at) * 1000
    where d.bucket = $1 and d.object_key = $2 and d.lease = $3 and d.leased_by is not null;
    return found;
end $$;

-- Whether anything waits that was marked until then, and not returned since: that had a look after this time.
create or replace function objects_wait(bucket text, until timestamptz) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from dirty_objects d
        where d.bucket = $1 and d.marked_at <= $2 and coalesce(d.returned_at, d.marked_at) <= $2)
$$;

-- How many milliseconds ago the oldest mark came that no look has settled; nothing without one.
create or replace function oldest_mark(bucket text) returns bigint
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select (extract(epoch from clock_timestamp() - min(d.marked_at)) * 1000)::bigint
    from dirty_objects d where d.bucket = $1
$$;

revoke execute on function
    mark_objects(text, text[], text[], boolean[], boolean[], bigint[], bigint[]), free_objects(text, integer),
    lease_objects(text, text[], uuid, interval), renew_objects(text, text[], uuid, interval),
    settle_object(text, text, bigint, bigint, text[]), return_object(text, text, bigint, interval),
    objects_wait(text, timestamptz), oldest_mark(text)
    from public;
grant execute on function
    mark_objects(text, text[], text[], boolean[], boolean[], bigint[], bigint[]), free_objects(text, integer),
    lease_objects(text, text[], uuid, interval), renew_objects(text, text[], uuid, interval),
    settle_object(text, text, bigint, bigint, text[]), return_object(text, text, bigint, interval),
    objects_wait(text, timestamptz), oldest_mark(text)
    to arketic_ingest;
