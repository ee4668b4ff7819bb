drop function file_passwords(uuid);
drop table file_passwords;
