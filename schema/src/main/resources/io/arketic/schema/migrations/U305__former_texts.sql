drop trigger knowledge_documents_former_text on knowledge_documents;
drop function keep_former_text();
drop table document_texts;
