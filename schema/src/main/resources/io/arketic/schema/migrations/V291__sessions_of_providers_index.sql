-- Sessions by the user and the session at their provider, which reports their end.
set lock_timeout = 0;
drop index concurrently if exists idx_session_provider;
create index concurrently idx_session_provider on user_sessions (provider, provider_subject) where provider is not null;
reset lock_timeout;
