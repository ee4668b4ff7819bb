drop index if exists idx_session_provider;
