alter table knowledge_bases drop column ocr_languages;
alter table knowledge_documents drop column warnings;
