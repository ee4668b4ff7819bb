-- A failed login is counted and leaves no row in the audit log: it would take three times as long as one for an address
-- that has no account, and whoever guesses would fill the log. That an account was locked is on record, as before.
drop trigger users_audit on users;
create trigger users_audit after insert or delete on users
    for each row execute function record_change('users');
create trigger users_audit_update after update on users
    for each row
    when (to_jsonb(old) - 'failed_login_attempts' is distinct from to_jsonb(new) - 'failed_login_attempts')
    execute function record_change('users');
