-- Each generation's search goes on behind the document that was returned last: functions/R__knowledge.sql. A search that begins
-- at the first document each time reads all that are filled already.
drop function generation_work(integer);
