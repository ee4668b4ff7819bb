drop function search_knowledge_chunks(text, integer);
drop function search_knowledge_documents(text, integer);
drop function search_documents(text, integer);
drop function search_chat_messages(text, integer);
drop index idx_message_search, idx_chunk_search;
drop policy definer_read on knowledge_chunks;
drop policy definer_read on knowledge_documents;
drop trigger documents_words on documents;
drop function index_document();
drop trigger knowledge_documents_words on knowledge_documents;
drop function index_knowledge_document();
alter table documents drop column search_vector;
alter table knowledge_documents drop column search_vector;
do $$
declare
    name text;
begin
    -- Archived messages are indexed by the function.
    for name in select relname from pg_class
        where relnamespace = 'arketic_archive'::regnamespace and relkind = 'i' and relname like '%searchable%' loop
        execute format('drop index arketic_archive.%I', name);
    end loop;
end $$;
drop function searchable(text);
