-- Updates that leave every index as it is: a version's state and end are in none of the ledger's. PostgreSQL counts the
-- columns of a partial index' condition among its own.

-- Nothing here keeps readers or writers out, so it may wait for those who were there before.
set lock_timeout = 0;
-- A build that broke off leaves an index that does not count.
drop index concurrently if exists idx_ledger_kb;
drop index concurrently if exists idx_ledger_received;
create index concurrently idx_ledger_kb on ingest_ledger (knowledge_base_id);
create index concurrently idx_ledger_received on ingest_ledger (received_at);
drop index concurrently if exists idx_ledger_kb_state;
drop index concurrently if exists idx_ledger_in_flight;

-- Room for the next versions of what changes; texts and their words outside of the row.
alter table ingest_ledger set (fillfactor = 70);
alter table knowledge_documents set (fillfactor = 70, toast_tuple_target = 256);

-- See RATIONALE.md: ranking reads no index, and the one of chunks cost a fifth of their table.
drop function if exists search_knowledge_chunks(text, integer);
drop index concurrently if exists idx_chunk_search;
reset lock_timeout;
