-- Vectors of chunks that were taken away lately, so that what is moved, or overwritten and put back, is not embedded again.

-- Neither text nor words: a hash says what each is the vector of. Unlogged: a crash forgets them, no backup and no standby
-- has them, and nobody waits for the disk.
create unlogged table embedding_cache (
    organization_id uuid not null default current_organization_id(),
    -- Whose chunk was taken away last: what it leaves here goes with it.
    knowledge_base_id uuid not null,
    content_hash varchar(64) not null,
    embedding_model varchar(100) not null,
    embedding vector not null,
    -- The order in which they came; the first goes first.
    number bigint generated always as identity,
    kept_until timestamptz not null,
    primary key (organization_id, content_hash, embedding_model),
    foreign key (organization_id, knowledge_base_id)
        references knowledge_bases (organization_id, id) on delete cascade
);
create index idx_embedding_cache_number on embedding_cache (organization_id, number);
create index idx_embedding_cache_base on embedding_cache (knowledge_base_id);
create index idx_embedding_cache_kept on embedding_cache (kept_until);
alter table embedding_cache enable row level security;
alter table embedding_cache force row level security;
create policy embedding_cache_rows on embedding_cache to arketic_app
    using (organization_id = (select current_organization_id()));
create policy definer_all on embedding_cache to arketic_owner using (true);
grant select, insert, update, delete on embedding_cache to arketic_app;

-- Deletes those that had their time, so many at most; returns how many.
create function purge_embedding_cache(batch integer) returns table (kind text, removed bigint)
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
revoke execute on function purge_embedding_cache(integer) from public;
grant execute on function purge_embedding_cache(integer) to arketic_app, arketic_ops;

-- An export holds none of it: it follows from other rows, and passes.
do $$
declare
    was text := pg_get_functiondef('organization_tables'::regproc);
    is_now text := replace(was, '''outbox_events'', ''audit_log''', '''outbox_events'', ''embedding_cache'', ''audit_log''');
begin
    if is_now = was then
        raise exception 'organization_tables() is not what this migration knows';
    end if;
    execute is_now;
end $$;
