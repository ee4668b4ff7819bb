-- Mails of notifications, for users that ask for them in custom_settings.notifications.mail: now, hourly or daily.

alter table notifications add column mailed_at timestamptz;
