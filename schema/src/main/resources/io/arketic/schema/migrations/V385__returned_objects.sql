-- return_object() of functions/R__queue.sql is new: it keeps an object that changes at each look from the queue for a time.

-- When the latest look had no end. The marks stay unsettled: marked_at says for how long.
alter table dirty_objects add column returned_at timestamptz;
