-- Users are read widely and changed only by themselves; a knowledge base is touched by those who change it and not by
-- the counters; events that went out do not stay for ever.

drop policy user_rows on users;
create policy user_read on users for select to arketic_app
    using (
        id = (select current_user_id())
        or (select current_user_id() is null and current_organization_id() is null)
        or exists (
            select from organization_members m
            where m.user_id = users.id and m.organization_id = (select current_organization_id())));
create policy user_insert on users for insert to arketic_app
    with check (
        id = (select current_user_id())
        or (select current_user_id() is null and current_organization_id() is null));
create policy user_update on users for update to arketic_app using (id = (select current_user_id()));
create policy user_delete on users for delete to arketic_app using (id = (select current_user_id()));

-- updated_at is what a caller's If-Match speaks of.
drop trigger knowledge_bases_touch on knowledge_bases;
create trigger knowledge_bases_touch
    before update of owner_id, name, description, knowledge_base_type, embedding_model, vector_store_type, chunk_size,
        chunk_overlap, similarity_threshold, is_public, is_active, active_generation
    on knowledge_bases
    for each row execute function touch_updated_at();

create index idx_outbox_published on outbox_events (published_at) where published_at is not null;

-- Deletes events that went out more than seven days ago, some thousands at a time; returns how many.
create function outbox_purge() returns integer
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with purged as (
        delete from outbox_events
        where id in (
            select o.id from outbox_events o
            where o.published_at < now() - interval '7 days'
            order by o.published_at
            limit 5000
            for update skip locked)
        returning 1
    )
    select count(*)::integer from purged
$$;
revoke execute on function outbox_purge() from public;
grant execute on function outbox_purge() to arketic_app;
