drop function search_knowledge_documents(text, uuid, document_status, uuid, integer);
