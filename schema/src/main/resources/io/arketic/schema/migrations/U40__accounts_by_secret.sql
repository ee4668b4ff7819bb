alter policy user_read on users using (
    id = (select current_user_id())
    or (select current_user_id() is null and current_organization_id() is null)
    or exists (
        select from organization_members m
        where m.user_id = users.id and m.organization_id = (select current_organization_id())));
alter policy user_insert on users with check (
    id = (select current_user_id())
    or (select current_user_id() is null and current_organization_id() is null));
alter policy session_rows on user_sessions using (
    user_id = (select current_user_id())
    or (select current_user_id() is null and current_organization_id() is null));
alter policy token_rows on refresh_tokens using (
    user_id = (select current_user_id())
    or (select current_user_id() is null and current_organization_id() is null));
alter policy token_rows on email_verification_tokens using (
    user_id = (select current_user_id())
    or (select current_user_id() is null and current_organization_id() is null));
alter policy token_rows on password_reset_tokens using (
    user_id = (select current_user_id())
    or (select current_user_id() is null and current_organization_id() is null));
alter policy token_rows on two_factor_recovery_codes using (
    user_id = (select current_user_id())
    or (select current_user_id() is null and current_organization_id() is null));
grant execute on function resolve_api_key(text) to arketic_app;
drop function enter_api_key(text);
drop function session_of_token(text), password_reset_claim(text), verification_claim(text), account_by_email(text);
