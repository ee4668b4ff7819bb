-- The audit log shows an admin no title, no name of a file and no comment of a chat that others have; record_change() in
-- R__audit.sql masks them. This masks those of earlier changes. After a break it goes on with the rows that are left.
set lock_timeout = 0;
do $$
declare
    part regclass;
    last uuid;
    upto uuid;
begin
    for part in select i.inhrelid::regclass from pg_inherits i where i.inhparent = 'audit_log'::regclass order by 1 loop
        last := '00000000-0000-0000-0000-000000000000';
        loop
            execute format(
                'with batch as materialized (
                    select a.id, a.before as was, a.after as is_now, case a.table_name
                        when ''chats'' then array[''title'', ''system_prompt'']
                        when ''chat_messages'' then array[''file_url'']
                        when ''chat_files'' then array[''filename'', ''object_key'']
                        when ''message_citations'' then array[''filename'', ''file_path'', ''title'']
                        when ''message_feedback'' then array[''comment''] end as unread
                    from %1$s a where a.id > $1 order by a.id limit 20000
                ), masked as (
                    update %1$s a
                    set before = b.was || (
                            select coalesce(jsonb_object_agg(k, ''***''::text), ''{}'') from unnest(b.unread) k
                            where b.was ->> k is not null),
                        after = b.is_now || (
                            select coalesce(jsonb_object_agg(k, ''***''::text), ''{}'') from unnest(b.unread) k
                            where b.is_now ->> k is not null)
                    from batch b
                    where a.id = b.id and b.unread is not null
                ) select b.id from batch b order by b.id desc limit 1', part)
            into upto using last;
            exit when upto is null;
            last := upto;
            commit;
        end loop;
    end loop;
end $$;
reset lock_timeout;
