drop function
    mark_objects(text, text[], text[], boolean[], boolean[], bigint[], bigint[]), free_objects(text, integer),
    lease_objects(text, text[], uuid, interval), renew_objects(text, text[], uuid, interval),
    settle_object(text, text, bigint, bigint, text[]), objects_wait(text, timestamptz), oldest_mark(text);
drop table dirty_objects;
drop sequence dirty_object_leases;
