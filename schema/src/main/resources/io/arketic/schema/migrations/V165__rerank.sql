-- Whether the deployment's reranker orders what a search of the knowledge base finds.
alter table knowledge_bases add column rerank boolean not null default false;
drop trigger knowledge_bases_touch on knowledge_bases;
create trigger knowledge_bases_touch
    before update of owner_id, name, description, knowledge_base_type, embedding_model, vector_store_type, chunk_size,
        chunk_overlap, similarity_threshold, is_public, is_active, active_generation, ocr_languages, rerank
    on knowledge_bases
    for each row execute function touch_updated_at();
