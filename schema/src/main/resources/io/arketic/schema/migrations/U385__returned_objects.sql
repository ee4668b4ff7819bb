drop function if exists return_object(text, text, bigint, interval);
