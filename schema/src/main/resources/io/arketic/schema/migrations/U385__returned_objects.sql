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
        place = case when d.leased_by is null then least(d.place, excluded.place) else excluded.place end;
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

create or replace function objects_wait(bucket text, until timestamptz) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from dirty_objects d where d.bucket = $1 and d.marked_at <= $2)
$$;

drop function if exists return_object(text, text, bigint, interval);
alter table dirty_objects drop column if exists returned_at;
