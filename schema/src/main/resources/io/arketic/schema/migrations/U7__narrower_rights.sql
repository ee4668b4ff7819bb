drop function outbox_purge();
drop index idx_outbox_published;
drop trigger knowledge_bases_touch on knowledge_bases;
create trigger knowledge_bases_touch before update on knowledge_bases
    for each row execute function touch_updated_at();
drop policy user_delete on users;
drop policy user_update on users;
drop policy user_insert on users;
drop policy user_read on users;
create policy user_rows on users to arketic_app
    using (
        id = (select current_user_id())
        or (select current_user_id() is null and current_organization_id() is null)
        or exists (
            select from organization_members m
            where m.user_id = users.id and m.organization_id = (select current_organization_id())))
    with check (
        id = (select current_user_id())
        or (select current_user_id() is null and current_organization_id() is null));
