drop trigger ingest_ledger_counted_insert on ingest_ledger;
drop trigger ingest_ledger_counted_update on ingest_ledger;
drop trigger ingest_ledger_counted_delete on ingest_ledger;
drop function count_ledger();
drop table ledger_counts;
drop table ledger_changes;
