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
            'and d.is_latest_version
              and not exists (select from document_standing(d.id) s where s.gone or s.trashed_at is not null)',
            'and d.is_latest_version'))
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
