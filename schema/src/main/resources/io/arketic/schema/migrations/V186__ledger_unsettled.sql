-- Which versions an executor works on or will work on: in flight and not parked, and since when. The ledger itself has no
-- index of them, because every index with a version's state would make its updates write all indexes. This table is as
-- small as the work in flight.

create table ledger_unsettled (
    ledger_id uuid primary key,
    knowledge_base_id uuid,
    since timestamptz not null default clock_timestamp()
);
create index idx_unsettled_since on ledger_unsettled (since);
create index idx_unsettled_kb on ledger_unsettled (knowledge_base_id, since);
alter table ledger_unsettled enable row level security;
alter table ledger_unsettled force row level security;
create policy definer_all on ledger_unsettled to arketic_owner using (true);
-- Reached through functions only.
create policy no_rows on ledger_unsettled to arketic_app using (false);

create or replace function unsettle_inserted() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into ledger_unsettled (ledger_id, knowledge_base_id)
    select c.id, c.knowledge_base_id from came c where c.ended_at is null and c.parked_until is null
    on conflict do nothing;
    return null;
end $$;
create or replace function unsettle_updated() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from ledger_unsettled u using came c
    where u.ledger_id = c.id and (c.ended_at is not null or c.parked_until is not null);
    insert into ledger_unsettled (ledger_id, knowledge_base_id)
    select c.id, c.knowledge_base_id from came c join went w on w.id = c.id
    where c.ended_at is null and c.parked_until is null and (w.ended_at is not null or w.parked_until is not null)
    on conflict do nothing;
    return null;
end $$;
create or replace function settle_deleted() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from ledger_unsettled u using went w where u.ledger_id = w.id;
    return null;
end $$;
revoke execute on function unsettle_inserted(), unsettle_updated(), settle_deleted() from public;
create trigger ingest_ledger_unsettled_insert after insert on ingest_ledger
    referencing new table as came for each statement execute function unsettle_inserted();
create trigger ingest_ledger_unsettled_update after update on ingest_ledger
    referencing old table as went new table as came for each statement execute function unsettle_updated();
create trigger ingest_ledger_unsettled_delete after delete on ingest_ledger
    referencing old table as went for each statement execute function settle_deleted();
