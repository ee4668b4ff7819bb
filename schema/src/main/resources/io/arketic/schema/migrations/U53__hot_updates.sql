create index idx_chunk_search on knowledge_chunks using gin (search_vector);
-- Chunks are stemmed by the configuration of their document's language: the words are, by each that occurs.
create function search_knowledge_chunks(words text, at_most integer)
    returns table (id uuid, document_id uuid, rank real)
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
    configuration text;
    q tsquery;
begin
    for configuration in
        select distinct d.search_config from knowledge_documents d
        where d.organization_id = current_organization_id() and d.search_config is not null loop
        q := coalesce(q || websearch_to_tsquery(configuration::regconfig, words),
            websearch_to_tsquery(configuration::regconfig, words));
    end loop;
    return query
        select k.id, k.document_id, ts_rank(k.search_vector, q)
        from knowledge_chunks k
        join knowledge_bases b on b.id = k.knowledge_base_id and b.active_generation = k.generation
        where k.search_vector @@ q and k.organization_id = current_organization_id()
          and (
            current_user_id() is null
            or b.knowledge_base_type <> 'personal'
            or b.owner_id = current_user_id())
        order by 3 desc, 1 desc
        limit at_most;
end $$;
revoke execute on function search_knowledge_chunks(text, integer) from public;
grant execute on function search_knowledge_chunks(text, integer) to arketic_app;
alter table knowledge_documents reset (toast_tuple_target);
alter table knowledge_documents set (fillfactor = 85);
alter table ingest_ledger set (fillfactor = 85);
create index idx_ledger_kb_state on ingest_ledger (knowledge_base_id, state);
create index idx_ledger_in_flight on ingest_ledger (received_at) where ended_at is null;
drop index idx_ledger_kb;
drop index idx_ledger_received;
