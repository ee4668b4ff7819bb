drop function enter_scim(text), change_scim_account(uuid, text, text, text),
    hand_over_memberships(integer, interval), hand_over_membership(uuid, uuid, integer);
-- Removes the rights of a member that leaves, so that none returns with a later membership.
create or replace function forget_member() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from group_members g where g.organization_id = old.organization_id and g.user_id = old.user_id;
    delete from document_shares s where s.organization_id = old.organization_id and s.user_id = old.user_id;
    update document_public_links l set revoked_at = now()
    where l.organization_id = old.organization_id and l.created_by_id = old.user_id and l.revoked_at is null;
    return null;
end $$;
alter table member_groups drop column external_id, drop column provided;
drop table member_handovers;
drop table scim_users;
drop table scim_tokens;
