drop function ledger_backlog();
create or replace function ledger_forgotten(bucket text, untouched interval)
    returns table (object_key text, attempts integer, size bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select l.object_key, l.attempts, l.size
    from ingest_ledger l
    where l.bucket = $1 and l.ended_at is null and l.parked_until is null and l.updated_at < now() - untouched
    order by l.updated_at
    limit 10000
$$;
