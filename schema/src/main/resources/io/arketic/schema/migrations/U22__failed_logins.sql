drop trigger users_audit_update on users;
drop trigger users_audit on users;
create trigger users_audit after insert or update or delete on users
    for each row execute function record_change('users');
