alter table knowledge_documents drop column metadata;
