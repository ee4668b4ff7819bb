drop table organization_settings;
drop policy user_rows on users;
drop policy organization_rows on organizations;
drop table organization_members;
drop table organizations;
drop table refresh_tokens;
drop table users;
