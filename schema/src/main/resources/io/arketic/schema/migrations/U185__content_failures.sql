drop trigger ingest_ledger_left_parking on ingest_ledger;
create or replace function forget_parking() returns trigger
    language plpgsql as $$
begin
    new.parked_until := null;
    return new;
end $$;
create trigger ingest_ledger_left_parking before update of ended_at on ingest_ledger
    for each row when (new.ended_at is not null and new.parked_until is not null)
    execute function forget_parking();
alter table ingest_ledger drop column content_failures;
