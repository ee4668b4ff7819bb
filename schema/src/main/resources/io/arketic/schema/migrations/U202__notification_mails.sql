drop function claim_notification_mail(uuid);
drop function notification_mails_due();
alter table notifications drop column mailed_at;
