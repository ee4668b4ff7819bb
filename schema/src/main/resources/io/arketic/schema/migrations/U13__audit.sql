do $$
declare
    name text;
begin
    for name in select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where t.tgfoid = 'record_change'::regproc and t.tgparentid = 0 loop
        execute format('drop trigger %I on %I', name || '_audit', name);
    end loop;
    for name in select relname from pg_class
        where relnamespace = 'arketic_archive'::regnamespace and relkind = 'r' and relname like 'audit\_log\_%' loop
        execute format('drop table arketic_archive.%I', name);
    end loop;
end $$;
drop function record_change();
drop function audited(jsonb);
drop table audit_log;
drop type audit_action;
