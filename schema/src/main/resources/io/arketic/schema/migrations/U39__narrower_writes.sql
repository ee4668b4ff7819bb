drop trigger users_role on users;
drop function guard_system_role();
alter table organization_settings drop constraint settings_retention, drop constraint settings_timeout;
drop function change_subscription(uuid, subscription_tier, integer, integer, integer, timestamptz, timestamptz);
revoke insert (id, name, slug, description), update (name, description) on organizations from arketic_app;
grant insert, update on organizations to arketic_app;
revoke update (encrypted_key, last_four, base_url, name) on provider_keys from arketic_app;
grant update on provider_keys to arketic_app;
revoke update (role, is_active, invited_by_id, joined_at) on organization_members from arketic_app;
grant update on organization_members to arketic_app;
drop policy own_memberships on organization_members;
alter policy member_rows on organization_members using (
    organization_id = (select current_organization_id()) or user_id = (select current_user_id()));
