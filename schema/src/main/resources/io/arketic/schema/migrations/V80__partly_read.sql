-- Parts of a document's file that gave no text: [{"kind": "NEEDS_OCR", "page": 2, "place": ""}]; null where all was read.
alter table knowledge_documents add column warnings jsonb;
alter table knowledge_documents add constraint chk_document_warnings
    check (jsonb_typeof(warnings) = 'array' and warnings <> '[]') not valid;

-- Languages that scans are read in, as Tesseract calls them; null for those of the deployment.
alter table knowledge_bases add column ocr_languages text[];
alter table knowledge_bases add constraint chk_knowledge_base_ocr_languages
    check (cardinality(ocr_languages) between 1 and 10) not valid;
