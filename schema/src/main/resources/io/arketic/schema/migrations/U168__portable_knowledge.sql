drop function finish_imported_document(uuid, uuid);
drop function import_generation(uuid, integer);
drop function import_chunks(uuid, integer, jsonb, text[]);
drop function importing(uuid);
drop policy definer_insert on knowledge_chunks;
drop table imported_documents;
drop table knowledge_imports;
