create or replace function ledger_totals() returns table (state ingest_state, reason text, versions bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select l.state, l.reason, count(*) from ingest_ledger l group by l.state, l.reason
$$;
drop function fold_ledger_changes(integer);
delete from ledger_counts;
delete from ledger_changes;
