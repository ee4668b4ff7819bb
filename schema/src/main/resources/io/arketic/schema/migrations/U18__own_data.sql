drop function erase_account();
drop function longest_owner(uuid, uuid);
drop function account_rows(text, uuid, integer);
drop function account_columns();
drop policy definer_delete on organizations;
drop policy definer_lock on users;
drop policy definer_delete on users;
drop policy definer_read on two_factor_recovery_codes;
drop policy definer_read on user_profiles;
drop policy own_rows on provider_keys;
delete from provider_keys where organization_id is null;
alter table provider_keys
    drop column user_id,
    alter column organization_id set not null;
