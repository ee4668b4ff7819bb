drop function knowledge_removals();
alter table knowledge_bases drop column removal_requested_at, drop column removal_of_objects;
