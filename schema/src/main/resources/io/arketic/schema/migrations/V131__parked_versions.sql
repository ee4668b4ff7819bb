-- A version that cannot be worked on for now, and not for a fault of the job, waits on its own: its object is refused by the
-- store, or its model does not answer. The row stays in flight, with the reason, until the time at which it is taken up again.

alter table ingest_ledger add column parked_until timestamptz;

create function forget_parking() returns trigger
    language plpgsql as $$
begin
    new.parked_until := null;
    return new;
end $$;
create trigger ingest_ledger_left_parking before update of ended_at on ingest_ledger
    for each row when (new.ended_at is not null and new.parked_until is not null)
    execute function forget_parking();

-- What is to be looked at again: parked versions whose time has come, the longest overdue of each knowledge base first.
create function ledger_due(bucket text, at_most integer)
    returns table (object_key text, attempts integer, size bigint)
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

-- What is in flight and on which nothing was done for so long that its executor may be gone.
create function ledger_forgotten(bucket text, untouched interval)
    returns table (object_key text, attempts integer, size bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select l.object_key, l.attempts, l.size
    from ingest_ledger l
    where l.bucket = $1 and l.ended_at is null and l.parked_until is null and l.updated_at < now() - untouched
    order by l.updated_at
    limit 10000
$$;

-- As before, but nothing waits for a version that is parked.
create or replace function live_files_under_way() returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select from ingest_ledger l
        where l.ended_at is null and l.parked_until is null and l.received_at > now() - interval '2 minutes')
$$;

revoke execute on function ledger_due(text, integer), ledger_forgotten(text, interval) from public;
grant execute on function ledger_due(text, integer), ledger_forgotten(text, interval) to arketic_ingest;
