drop index if exists idx_preference_mail;
