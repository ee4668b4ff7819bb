-- A knowledge base of another type was never reachable by callers without an account.
set lock_timeout = 0;
update knowledge_bases set is_public = false where is_public and knowledge_base_type <> 'public';
alter table knowledge_bases validate constraint chk_public_type;
reset lock_timeout;
