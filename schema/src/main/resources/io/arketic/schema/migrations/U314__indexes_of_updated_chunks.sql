-- Removes chunks of large generations from their partitions.
create or replace function unindex_old_chunks() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    opened record;
begin
    for opened in
        select p.part from index_parts p
        where (p.knowledge_base_id, p.generation) in (select c.knowledge_base_id, c.generation from changed c)
        order by p.part
        for key share
    loop
        execute format('delete from public.indexed_chunks_%s i where i.id in (select c.id from changed c)', opened.part);
    end loop;
    return null;
end $$;

create or replace trigger knowledge_chunks_update_1 after update on knowledge_chunks
    referencing old table as changed for each statement execute function unindex_old_chunks();
