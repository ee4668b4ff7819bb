drop function next_mail();
drop table outgoing_mails;
drop table background_tasks;
