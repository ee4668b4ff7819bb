-- What V100 keeps of documents that were there before it: after a way back and up again they had no bytes and no place, and no
-- folder listed them.
insert into document_blobs (organization_id, file_hash, file_size, object_key)
select distinct on (d.organization_id, d.file_hash) d.organization_id, d.file_hash, d.file_size, d.file_path
from documents d
where d.blob_id is null and d.document_type <> 'folder' and d.file_path like d.organization_id || '/%'
order by d.organization_id, d.file_hash, d.id
on conflict (organization_id, file_hash) do nothing;
update documents d set blob_id = b.id
from document_blobs b
where d.blob_id is null and d.document_type <> 'folder'
  and b.organization_id = d.organization_id and b.file_hash = d.file_hash;
-- The trigger gives each its compared name and its place.
update documents set name = name where compared_name is null;
