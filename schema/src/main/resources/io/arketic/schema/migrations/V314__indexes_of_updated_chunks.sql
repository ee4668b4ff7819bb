-- The function sees chunks before and after an update; its text is that of R__indexes.sql.
create or replace trigger knowledge_chunks_update_1 after update on knowledge_chunks
    referencing old table as changed new table as updated for each statement execute function unindex_old_chunks();
