drop function if exists return_object(text, text, bigint, interval);
alter table dirty_objects drop column if exists returned_at;
