-- Only rows that are parked are in it, so that updates of all others stay out of the indexes.
set lock_timeout = 0;
drop index concurrently if exists idx_ledger_parked;
create index concurrently idx_ledger_parked on ingest_ledger (parked_until) where parked_until is not null;
reset lock_timeout;
