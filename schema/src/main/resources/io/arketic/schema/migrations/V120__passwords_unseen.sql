-- No request is shown a password's hash, whatever statement slips into it: it is shown how the hash was made (the algorithm,
-- its costs, the salt), makes one of the password that it was sent, and asks whether they are the same.
create function password_salt(encoded text) returns text
    language sql immutable strict set search_path = pg_catalog, public, pg_temp as $$
    select regexp_replace(encoded, '[^$]*$', '')
$$;

drop function login_by_email(text);
create function login_by_email(address text)
    returns table (
        id uuid, password_salt text, two_factor_enabled boolean, is_active boolean, status user_status,
        locked_until timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.id, password_salt(u.password_hash::text), u.two_factor_enabled, u.is_active, u.status, u.locked_until
    from users u
    where u.email = address and current_user_id() is null and current_organization_id() is null
$$;

drop function own_secrets();
create function own_secrets() returns table (password_salt text, two_factor_secret text, last_totp_step bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select password_salt(u.password_hash::text), u.two_factor_secret, u.last_totp_step
    from users u where u.id = current_user_id()
$$;

drop function verification_claim(text);
create function verification_claim(hash text) returns table (id uuid, email text, password_salt text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.id, t.email::text, password_salt(u.password_hash::text)
    from email_verification_tokens t join users u on u.id = t.user_id
    where t.token_hash = hash and t.used_at is null and t.expires_at > now()
      and u.is_active and u.status in ('active', 'pending_verification')
$$;

-- Whether an account's password has this hash, which is as hard to guess as the password's.
create function password_opens(account uuid, encoded text) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from users u where u.id = account and u.password_hash = encoded)
$$;

revoke execute on function
    password_salt(text), login_by_email(text), own_secrets(), verification_claim(text), password_opens(uuid, text)
    from public;
grant execute on function
    login_by_email(text), own_secrets(), verification_claim(text), password_opens(uuid, text) to arketic_app;
