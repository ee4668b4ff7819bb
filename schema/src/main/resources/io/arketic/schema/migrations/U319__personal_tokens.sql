drop function enter_personal_token(text);
drop function resume_personal_token(uuid);
drop function credential_name(uuid);
alter table audit_log drop column credential;
drop table personal_tokens;
