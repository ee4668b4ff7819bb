create or replace function import_chunks(document uuid, of_generation integer, lines jsonb, vectors text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not importing(document) then
        raise insufficient_privilege using message = 'the document is not being imported by this user';
    end if;
    insert into knowledge_chunks (
        organization_id, knowledge_base_id, document_id, generation, document_version, chunk_index, chunk_type, content,
        content_length, page_number, start_offset, end_offset, token_count, content_hash, embedded_hash, embedding_model,
        embedding, title, search_config, search_vector)
    select d.organization_id, d.knowledge_base_id, d.id, g.generation, d.version, l.index, l.type::chunk_type, l.content,
        length(l.content), l.page, l.start, l."end", l.tokens, encode(sha256(convert_to(l.content, 'UTF8')), 'hex'),
        l.embedded_hash, g.embedding_model, l.embedding::vector, l.title, l.search_config, l.words::tsvector
    from knowledge_documents d
    join index_generations g on g.knowledge_base_id = d.knowledge_base_id and g.generation = of_generation
    cross join rows from (
        jsonb_to_recordset(lines) as (
            index integer, type text, content text, page integer, start integer, "end" integer, tokens integer,
            title text, embedded_hash text, search_config text, words text),
        unnest(vectors)) with ordinality
        as l (index, type, content, page, start, "end", tokens, title, embedded_hash, search_config, words, embedding, number)
    where d.id = document and d.organization_id = current_organization_id()
    order by l.number;
end $$;
