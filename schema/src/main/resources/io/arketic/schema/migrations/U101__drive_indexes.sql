drop index if exists uq_document_place_name, uq_document_version, uq_document_latest, idx_doc_blob, idx_doc_place_trash,
    idx_doc_doomed, idx_doc_folders;
