-- Names the only reader of each change that the audit log had before V311. The log itself knows the rows that are gone: it holds
-- them whole when they are inserted and deleted. After a break it goes on with the rows that are left.
set lock_timeout = 0;
create temporary table if not exists private_rows (id uuid primary key, owner_id uuid not null);
do $$
declare
    part regclass;
    last uuid;
    upto uuid;
begin
    truncate private_rows;
    insert into private_rows (id, owner_id)
    with personal_bases as materialized (
        select distinct on (p.id) p.id, p.owner_id
        from (
            select b.id, b.owner_id, null::uuid as change from knowledge_bases b where b.knowledge_base_type = 'personal'
            union all
            select a.row_id, (coalesce(a.after, a.before) ->> 'owner_id')::uuid, a.id from audit_log a
            where a.table_name = 'knowledge_bases' and a.action in ('insert', 'delete')
              and coalesce(a.after, a.before) ->> 'knowledge_base_type' = 'personal'
              and not exists (select from knowledge_bases b where b.id = a.row_id)) p
        order by p.id, p.change desc
    )
    select distinct on (r.id) r.id, r.owner_id
    from (
        select p.id, p.owner_id, null::uuid as change from personal_bases p
        union all
        select d.id, d.owner_id, null from documents d where d.share_level in ('private', 'restricted')
        union all
        select c.id, c.private_to, null from message_citations c
        union all
        select a.row_id, p.owner_id, a.id
        from audit_log a
        join personal_bases p on p.id = (coalesce(a.after, a.before) ->> 'knowledge_base_id')::uuid
        where a.table_name in ('knowledge_documents', 'knowledge_imports', 'document_sources')
          and a.action in ('insert', 'delete')
        union all
        select a.row_id, (coalesce(a.after, a.before) ->> 'owner_id')::uuid, a.id from audit_log a
        where a.table_name = 'documents' and a.action in ('insert', 'delete')
          and coalesce(a.after, a.before) ->> 'share_level' in ('private', 'restricted')
          and not exists (select from documents d where d.id = a.row_id)) r
    where r.owner_id is not null
    order by r.id, r.change desc;
    commit;
    for part in select i.inhrelid::regclass from pg_inherits i where i.inhparent = 'audit_log'::regclass order by 1 loop
        last := '00000000-0000-0000-0000-000000000000';
        loop
            execute format(
                'with batch as materialized (
                    select a.id, a.row_id, a.table_name from %1$s a where a.id > $1 order by a.id limit 20000
                ), named as (
                    update %1$s a set private_to = p.owner_id
                    from batch b join private_rows p on p.id = b.row_id
                    where a.id = b.id and a.private_to is null
                      and b.table_name in (
                          ''knowledge_bases'', ''knowledge_documents'', ''knowledge_imports'', ''document_sources'',
                          ''documents'', ''message_citations'')
                ) select b.id from batch b order by b.id desc limit 1', part)
            into upto using last;
            exit when upto is null;
            last := upto;
            commit;
        end loop;
    end loop;
end $$;
drop table private_rows;
reset lock_timeout;
