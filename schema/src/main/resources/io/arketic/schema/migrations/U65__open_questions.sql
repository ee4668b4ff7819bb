drop function uncharge_ai_requests(bigint);
drop function end_lost_questions(integer);
drop function renew_open_questions(uuid[]);
drop table open_questions;
