drop index idx_document_warned;
