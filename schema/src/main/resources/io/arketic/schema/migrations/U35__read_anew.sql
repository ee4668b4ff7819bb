alter table knowledge_documents drop column read_at;
drop trigger ingest_ledger_ended on ingest_ledger;
drop function forget_former_state();
alter table ingest_ledger drop column former_state, drop column pages;
