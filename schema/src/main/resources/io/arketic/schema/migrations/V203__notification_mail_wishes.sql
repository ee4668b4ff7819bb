-- The few users that want mails of their notifications.
set lock_timeout = 0;
drop index concurrently if exists idx_preference_mail;
create index concurrently idx_preference_mail on user_preferences (user_id)
    where custom_settings #>> '{notifications,mail}' in ('now', 'hourly', 'daily');
reset lock_timeout;
