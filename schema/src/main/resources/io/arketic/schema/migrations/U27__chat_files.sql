do $$ begin
    execute replace(
        pg_get_functiondef('release_messages'::regproc),
        ' delete from chat_files f using leaving l where l.id = f.message_id; set constraints chat_files_count immediate;',
        '');
    execute replace(
        pg_get_functiondef('counter_drift'::regproc),
        ' + (
            select coalesce(sum(f.file_size), 0) from chat_files f where f.organization_id = o.id)', '');
end $$;
update organizations o
set current_storage_bytes = o.current_storage_bytes - f.bytes,
    current_storage_mb = (o.current_storage_bytes - f.bytes) / 1048576
from (select organization_id, sum(file_size) as bytes from chat_files group by 1) f
where f.organization_id = o.id;
drop table removed_objects;
drop table chat_files;
drop function count_chat_file();
