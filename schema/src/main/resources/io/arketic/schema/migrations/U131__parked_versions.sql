create or replace function live_files_under_way() returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select from ingest_ledger l where l.ended_at is null and l.received_at > now() - interval '2 minutes')
$$;
drop function ledger_due(text, integer);
drop function ledger_forgotten(text, interval);
drop trigger ingest_ledger_left_parking on ingest_ledger;
drop function forget_parking();
alter table ingest_ledger drop column parked_until;
