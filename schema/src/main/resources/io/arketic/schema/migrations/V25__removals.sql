-- Knowledge bases that are being removed: out of sight at once, and out of the tables in bounded batches.

alter table knowledge_bases
    add column removal_requested_at timestamptz,
    -- Also what lies in the bucket under its key.
    add column removal_of_objects boolean not null default false;
create index idx_kb_removal on knowledge_bases (removal_requested_at) where removal_requested_at is not null;

create function knowledge_removals()
    returns table (organization_id uuid, knowledge_base_id uuid, slug text, objects boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select b.organization_id, b.id, o.slug, b.removal_of_objects
    from knowledge_bases b
    join organizations o on o.id = b.organization_id
    where b.removal_requested_at is not null
    order by b.removal_requested_at, b.id
$$;
revoke execute on function knowledge_removals() from public;
grant execute on function knowledge_removals() to arketic_app;
