drop index if exists idx_ledger_parked;
