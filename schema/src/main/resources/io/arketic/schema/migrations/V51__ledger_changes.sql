-- How many versions each knowledge base has in each state, without counting them: every statement on the ledger writes
-- down by how much it changed that, and what was written down is added up now and then. A row that all of them changed
-- would make their commits wait for each other.

create table ledger_changes (
    number bigint generated always as identity primary key,
    -- Null of versions whose key leads to no knowledge base.
    knowledge_base_id uuid,
    state ingest_state not null,
    reason text,
    versions bigint not null
);
create table ledger_counts (
    knowledge_base_id uuid,
    state ingest_state not null,
    reason text,
    versions bigint not null,
    constraint uq_ledger_counts unique nulls not distinct (knowledge_base_id, state, reason)
);
alter table ledger_changes enable row level security;
alter table ledger_changes force row level security;
alter table ledger_counts enable row level security;
alter table ledger_counts force row level security;
create policy definer_all on ledger_changes to arketic_owner using (true);
create policy definer_all on ledger_counts to arketic_owner using (true);
-- Reached through functions only.
create policy no_rows on ledger_changes to arketic_app using (false);
create policy no_rows on ledger_counts to arketic_app using (false);

create function count_ledger() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into ledger_changes (knowledge_base_id, state, reason, versions)
        select c.knowledge_base_id, c.state, c.reason, count(*) from came c group by 1, 2, 3;
    elsif tg_op = 'DELETE' then
        insert into ledger_changes (knowledge_base_id, state, reason, versions)
        select w.knowledge_base_id, w.state, w.reason, -count(*) from went w group by 1, 2, 3;
    else
        insert into ledger_changes (knowledge_base_id, state, reason, versions)
        select v.knowledge_base_id, v.state, v.reason, sum(v.versions)
        from (
            select c.knowledge_base_id, c.state, c.reason, 1 as versions from came c
            union all
            select w.knowledge_base_id, w.state, w.reason, -1 from went w
        ) v
        group by 1, 2, 3
        having sum(v.versions) <> 0;
    end if;
    return null;
end $$;
revoke execute on function count_ledger() from public;
create trigger ingest_ledger_counted_insert after insert on ingest_ledger
    referencing new table as came for each statement execute function count_ledger();
create trigger ingest_ledger_counted_update after update on ingest_ledger
    referencing old table as went new table as came for each statement execute function count_ledger();
create trigger ingest_ledger_counted_delete after delete on ingest_ledger
    referencing old table as went for each statement execute function count_ledger();
