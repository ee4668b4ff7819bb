-- The objects in the drive's bucket stay, as file_path names them.
do $$
declare
    change record;
begin
    for change in select * from (values
        ('counter_drift()',
            'select ''document_blobs'', b.id, ''reference_count'', b.reference_count::numeric, (
                select count(*) from documents d where d.blob_id = b.id)::numeric
            from document_blobs b
            union all
            select ''chats'', c.id, v.counter', 'select ''chats'', c.id, v.counter'),
        ('index_document()', 'new.name, translate(new.name, ''._-'', ''   ''), new.filename', 'new.name, new.filename'),
        ('record_change()', '''last_used_at'', ''folder_path'', ''compared_name'', ''place_id'',', '''last_used_at'','),
        ('search_documents(text, integer)',
            'and d.is_latest_version and d.deleted_at is null
              and (d.parent_id is null or d.parent_id not in (
                with recursive hidden as (
                    select f.id from documents f
                    where f.organization_id = current_organization_id() and f.deleted_at is not null
                      and f.document_type = ''folder''
                    union
                    select c.id from documents c join hidden h on c.parent_id = h.id where c.document_type = ''folder'')
                select h.id from hidden h))',
            'and d.is_latest_version'),
        ('remove_organization_rows(uuid, integer)',
            'delete from documents where id in (
        select d.id from documents d
        where d.organization_id = tenant
          and not exists (select from documents k where k.parent_id = d.id)
          and not exists (select from documents v where v.version_of_id = d.id)
        limit batch);',
            'delete from documents where id in (select d.id from documents d where d.organization_id = tenant limit batch);'))
        v(name, was, becomes)
    loop
        execute replace(pg_get_functiondef(change.name::regprocedure), change.was, change.becomes);
    end loop;
end $$;
drop trigger documents_audit on documents;
create trigger documents_audit after insert or update or delete on documents
    for each row execute function record_change('documents');
drop function purge_documents(integer);
drop function document_holds_others(uuid, uuid);
drop trigger documents_carry on documents;
drop function carry_documents();
drop trigger documents_place on documents;
drop function place_document();
drop function lock_document_tree(uuid, boolean);
drop function document_standing(uuid);
drop function path_below(text, text);
drop trigger documents_blob on documents;
drop function count_blob();
drop function keep_document_bytes(text, bigint, text);
delete from removed_objects where store <> 'chats';
alter table removed_objects drop column store;
alter table documents
    drop constraint document_blob,
    drop constraint document_name,
    drop constraint document_latest,
    drop constraint document_file,
    drop column compared_name,
    drop column place_id,
    drop column blob_id,
    drop column version_at;
drop table document_blobs;
