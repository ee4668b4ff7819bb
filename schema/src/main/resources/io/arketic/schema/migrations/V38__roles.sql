-- The API's requests, the jobs and the work in the background are three roles. What crosses tenants is not a request's, so that
-- a statement slipped into one cannot call it.

-- A trigger's function runs as the owner; with EXECUTE it could be put on a table of one's own and told what to write.
do $$
declare
    trigger_function regprocedure;
begin
    for trigger_function in
        select p.oid from pg_proc p
        where p.prosecdef and p.prorettype = 'trigger'::regtype and p.pronamespace = 'public'::regnamespace loop
        execute format('revoke execute on function %s from public', trigger_function);
    end loop;
end $$;

-- The jobs reach what belongs to knowledge bases, as the application does.
alter policy knowledge_base_rows on knowledge_bases to arketic_app, arketic_ingest, arketic_maintenance;
alter policy generation_rows on index_generations to arketic_app, arketic_ingest;
alter policy document_rows on knowledge_documents to arketic_app, arketic_ingest, arketic_maintenance;
alter policy chunk_rows on knowledge_chunks to arketic_app, arketic_ingest, arketic_maintenance;
alter policy ledger_rows on ingest_ledger to arketic_app, arketic_ingest, arketic_maintenance;
alter policy document_generation_rows on document_generations to arketic_app, arketic_ingest;
alter policy embedding_cache_rows on embedding_cache to arketic_app, arketic_ingest, arketic_maintenance;
grant select, update on knowledge_bases, index_generations to arketic_ingest;
grant select, insert, update, delete
    on knowledge_documents, knowledge_chunks, document_generations, ingest_ledger, embedding_cache to arketic_ingest;
grant execute on function
    resolve_knowledge_target(text, uuid), resolve_knowledge_home(text, uuid),
    ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text),
    ledger_adopt(text, text, text, timestamptz, uuid), ledger_known_objects(text), ledger_totals(),
    generation_work(integer), generation_chores(), live_files_under_way()
    to arketic_ingest;
revoke execute on function
    resolve_knowledge_target(text, uuid), resolve_knowledge_home(text, uuid),
    ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text),
    ledger_adopt(text, text, text, timestamptz, uuid), ledger_known_objects(text), ledger_totals(),
    generation_work(integer), generation_chores(), live_files_under_way()
    from arketic_app;
-- Chunks are written by the jobs; a request deletes them with their document.
revoke insert, update on knowledge_chunks, document_generations from arketic_app;
revoke update, delete on outbox_events from arketic_app;

-- The work in the background.
grant select, delete on knowledge_bases, knowledge_documents, knowledge_chunks, embedding_cache to arketic_maintenance;
grant select, update (state, ended_at) on ingest_ledger to arketic_maintenance;
alter policy own_work on removed_objects to arketic_app, arketic_maintenance;
grant select, delete on removed_objects to arketic_maintenance;
revoke select, delete on removed_objects from arketic_app;
grant execute on function
    outbox_pending(integer), outbox_published(uuid[]), outbox_purge(), ledger_totals(),
    knowledge_removals(), organization_removals(), remove_knowledge_bases(uuid), remove_organization_rows(uuid, integer),
    create_partitions(), detach_partitions(), drop_archived_partitions(), reset_monthly_usage(), purge_expired(integer),
    purge_retention(integer), purge_chat_events(integer), purge_embedding_cache(integer)
    to arketic_maintenance;
revoke execute on function
    outbox_pending(integer), outbox_published(uuid[]), outbox_purge(),
    knowledge_removals(), organization_removals(), remove_knowledge_bases(uuid), remove_organization_rows(uuid, integer),
    create_partitions(), detach_partitions(), drop_archived_partitions(), reset_monthly_usage(), purge_expired(integer),
    purge_retention(integer), purge_chat_events(integer), purge_embedding_cache(integer)
    from arketic_app;
