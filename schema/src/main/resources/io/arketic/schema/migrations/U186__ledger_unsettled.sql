drop trigger ingest_ledger_unsettled_insert on ingest_ledger;
drop trigger ingest_ledger_unsettled_update on ingest_ledger;
drop trigger ingest_ledger_unsettled_delete on ingest_ledger;
drop function unsettle_inserted();
drop function unsettle_updated();
drop function settle_deleted();
drop table ledger_unsettled;
