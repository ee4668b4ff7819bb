alter policy citation_rows on message_citations using (
    organization_id = (select current_organization_id())
    and exists (select from chat_messages m where m.id = message_citations.message_id));
drop trigger chat_messages_forgotten on chat_messages;
drop trigger knowledge_bases_private on knowledge_bases;
drop trigger message_citations_private on message_citations;
drop function protect_citation(), protect_citations(), forget_citations();
drop index idx_citation_base;
alter table message_citations drop column private_to;

do $$
declare
    name text;
begin
    foreach name in array array[
        'generation_rows/index_generations', 'document_rows/knowledge_documents', 'chunk_rows/knowledge_chunks',
        'ledger_rows/ingest_ledger', 'document_generation_rows/document_generations',
        'embedding_cache_rows/embedding_cache'] loop
        execute format(
            'alter policy %I on %I using (organization_id = (select current_organization_id()))',
            split_part(name, '/', 1), split_part(name, '/', 2));
    end loop;
end $$;
