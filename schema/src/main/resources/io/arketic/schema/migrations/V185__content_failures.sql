-- How often a version failed in flight for a reason that only its content explains, although the service answers for others.
-- After some failures it is dead. Its end resets the count, so that a retry begins at 0.

alter table ingest_ledger add column content_failures smallint not null default 0;

drop trigger ingest_ledger_left_parking on ingest_ledger;
create trigger ingest_ledger_left_parking before update of ended_at on ingest_ledger
    for each row when (new.ended_at is not null and (new.parked_until is not null or new.content_failures > 0))
    execute function forget_parking();
