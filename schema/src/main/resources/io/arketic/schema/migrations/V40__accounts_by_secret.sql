-- Without a user, a request reaches no account, session or token: each is found by what its owner alone knows (a token, a key), or
-- by its whole address, one at a time. Before, all of them were open to a transaction that named nobody.

-- For logging in and for mail to an address.
create function account_by_email(address text) returns setof users
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.* from users u where u.email = address
$$;

-- Whose token of a letter it is, while it is good.
create function verification_claim(hash text) returns table (id uuid, email text, password_hash text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.id, t.email::text, u.password_hash::text
    from email_verification_tokens t join users u on u.id = t.user_id
    where t.token_hash = hash and t.used_at is null and t.expires_at > now()
      and u.is_active and u.status in ('active', 'pending_verification')
$$;
create function password_reset_claim(hash text) returns table (id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.id from password_reset_tokens t join users u on u.id = t.user_id
    where t.token_hash = hash and t.used_at is null and t.expires_at > now()
      and u.is_active and u.status in ('active', 'pending_verification')
$$;

-- Whose refresh token it is, good or not, and of which session.
create function session_of_token(hash text) returns table (session_id uuid, user_id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select t.family_id, t.user_id from refresh_tokens t where t.token_hash = hash
$$;

-- As whom a key speaks.
create function enter_api_key(hash text)
    returns table (id uuid, organization_id uuid, scopes text[], user_id uuid, role user_role)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select k.id, k.organization_id, k.scopes, u.id, u.role
    from resolve_api_key(hash) k
    join users u on u.id = k.created_by_id and u.is_active and u.status = 'active'
$$;

revoke execute on function
    account_by_email(text), verification_claim(text), password_reset_claim(text), session_of_token(text),
    enter_api_key(text) from public;
grant execute on function
    account_by_email(text), verification_claim(text), password_reset_claim(text), session_of_token(text),
    enter_api_key(text) to arketic_app;
revoke execute on function resolve_api_key(text) from arketic_app;

alter policy user_read on users using (
    id = (select current_user_id())
    or exists (
        select from organization_members m
        where m.user_id = users.id and m.organization_id = (select current_organization_id())));
alter policy user_insert on users with check (id = (select current_user_id()));
alter policy session_rows on user_sessions using (user_id = (select current_user_id()));
alter policy token_rows on refresh_tokens using (user_id = (select current_user_id()));
alter policy token_rows on email_verification_tokens using (user_id = (select current_user_id()));
alter policy token_rows on password_reset_tokens using (user_id = (select current_user_id()));
alter policy token_rows on two_factor_recovery_codes using (user_id = (select current_user_id()));
