drop function resolve_knowledge_target(text, uuid);
drop table knowledge_chunks;
drop table knowledge_documents;
drop table index_generations;
drop table knowledge_bases;
drop function count_knowledge_document();
drop function open_first_generation();
