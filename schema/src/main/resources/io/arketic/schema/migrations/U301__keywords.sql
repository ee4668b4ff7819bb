drop table knowledge_words;

-- Deletes a batch of stored vectors that expired; returns their number.
create or replace function purge_embedding_cache(batch integer) returns table (kind text, removed bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return query with gone as (
        delete from embedding_cache where (organization_id, content_hash, embedding_model) in (
            select e.organization_id, e.content_hash, e.embedding_model from embedding_cache e
            where e.kept_until < now()
            order by e.kept_until limit batch for update skip locked)
        returning 1
    ) select 'embedding_cache', count(*) from gone;
end $$;

