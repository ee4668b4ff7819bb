drop function login_by_email(text), own_secrets(), verification_claim(text), password_opens(uuid, text);
create function login_by_email(address text)
    returns table (
        id uuid, password_hash text, two_factor_enabled boolean, is_active boolean, status user_status,
        locked_until timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.id, u.password_hash::text, u.two_factor_enabled, u.is_active, u.status, u.locked_until
    from users u
    where u.email = address and current_user_id() is null and current_organization_id() is null
$$;
create function own_secrets() returns table (password_hash text, two_factor_secret text, last_totp_step bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.password_hash::text, u.two_factor_secret, u.last_totp_step from users u where u.id = current_user_id()
$$;
create function verification_claim(hash text) returns table (id uuid, email text, password_hash text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.id, t.email::text, u.password_hash::text
    from email_verification_tokens t join users u on u.id = t.user_id
    where t.token_hash = hash and t.used_at is null and t.expires_at > now()
      and u.is_active and u.status in ('active', 'pending_verification')
$$;
drop function password_salt(text);
revoke execute on function login_by_email(text), own_secrets(), verification_claim(text) from public;
grant execute on function login_by_email(text), own_secrets(), verification_claim(text) to arketic_app;
