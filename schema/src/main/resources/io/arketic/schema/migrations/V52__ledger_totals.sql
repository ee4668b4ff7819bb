-- What the ledger held before its changes were written down: what one statement sees of it, without the changes that it
-- sees, so that nothing has to be locked.

insert into ledger_counts (knowledge_base_id, state, reason, versions)
select v.knowledge_base_id, v.state, v.reason, sum(v.versions)
from (
    select l.knowledge_base_id, l.state, l.reason, count(*) as versions from ingest_ledger l group by 1, 2, 3
    union all
    select c.knowledge_base_id, c.state, c.reason, -c.versions from ledger_changes c
) v
group by 1, 2, 3
having sum(v.versions) <> 0;

-- Adds up what was written down, so many changes at most. Several at once: one does it.
create function fold_ledger_changes(at_most integer) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if pg_try_advisory_xact_lock(4127004128) then
        with taken as (
            delete from ledger_changes where number in (
                select c.number from ledger_changes c order by c.number limit at_most)
            returning knowledge_base_id, state, reason, versions
        )
        insert into ledger_counts as t (knowledge_base_id, state, reason, versions)
        select c.knowledge_base_id, c.state, c.reason, sum(c.versions) from taken c group by 1, 2, 3
        on conflict on constraint uq_ledger_counts do update set versions = t.versions + excluded.versions;
    end if;
end $$;
revoke execute on function fold_ledger_changes(integer) from public;

create or replace function ledger_totals() returns table (state ingest_state, reason text, versions bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
    perform fold_ledger_changes(50000);
    return query
        select v.state, v.reason, sum(v.versions)::bigint
        from (
            select t.state, t.reason, t.versions from ledger_counts t
            union all
            select c.state, c.reason, c.versions from ledger_changes c
        ) v
        group by 1, 2
        having sum(v.versions) <> 0;
end $$;
