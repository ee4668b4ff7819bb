drop function generation_work(integer), generation_chores(), resolve_knowledge_home(text, uuid);
drop index idx_chunk_known_embedding;
create index idx_chunk_known_embedding on knowledge_chunks (content_hash, embedding_model);
drop index idx_doc_kb_indexed;
alter table knowledge_documents drop column text_blocks;
drop table document_generations;
create or replace function open_first_generation() returns trigger
    language plpgsql as $$
begin
    insert into index_generations (knowledge_base_id, generation, organization_id, embedding_model, chunk_size,
        chunk_overlap, state, activated_at)
    values (new.id, new.active_generation, new.organization_id, new.embedding_model, new.chunk_size,
        new.chunk_overlap, 'active', now());
    return null;
end $$;
drop policy definer_all on index_generations;
drop index idx_generation_unsettled, uq_generation_candidate, uq_generation_live, uq_generation_former;
alter table index_generations
    drop constraint uq_generation_tenant,
    drop column similarity_threshold,
    drop column ready_at,
    drop column problem,
    drop column problem_detail,
    drop column problem_count,
    drop column resume_at,
    drop column settled_at;
alter type generation_state rename to later_generation_state;
create type generation_state as enum ('building', 'ready', 'active', 'retired', 'cancelled');
alter table index_generations alter column state type generation_state using case state::text
    when 'failed' then 'cancelled' when 'pruned' then 'cancelled' else state::text end::generation_state;
drop type later_generation_state;
