-- What was in flight before its changes were written down. The locks make a version that ends meanwhile wait, so that it
-- leaves the table again.
insert into ledger_unsettled (ledger_id, knowledge_base_id, since)
select l.id, l.knowledge_base_id, l.updated_at
from ingest_ledger l
where l.ended_at is null and l.parked_until is null
for share
on conflict do nothing;

-- ledger_forgotten() reads it from now on, and ledger_backlog() is new: functions/R__ledger.sql.
