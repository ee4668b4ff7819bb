create or replace function index_knowledge_document() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
    new.search_vector := searchable_folded(concat_ws(' ', new.filename, new.title, new.extracted_text));
    return new;
end $$;
