grant execute on function
    outbox_pending(integer), outbox_published(uuid[]), outbox_purge(),
    knowledge_removals(), organization_removals(), remove_knowledge_bases(uuid), remove_organization_rows(uuid, integer),
    create_partitions(), detach_partitions(), drop_archived_partitions(), reset_monthly_usage(), purge_expired(integer),
    purge_retention(integer), purge_chat_events(integer), purge_embedding_cache(integer)
    to arketic_app;
revoke execute on function
    outbox_pending(integer), outbox_published(uuid[]), outbox_purge(),
    knowledge_removals(), organization_removals(), remove_knowledge_bases(uuid), remove_organization_rows(uuid, integer),
    create_partitions(), detach_partitions(), drop_archived_partitions(), reset_monthly_usage(), purge_expired(integer),
    purge_retention(integer), purge_chat_events(integer), purge_embedding_cache(integer), ledger_totals()
    from arketic_maintenance;
grant select, delete on removed_objects to arketic_app;
alter policy own_work on removed_objects to arketic_app;
revoke all on knowledge_bases, knowledge_documents, knowledge_chunks, embedding_cache, ingest_ledger, removed_objects
    from arketic_maintenance;

grant insert, update on knowledge_chunks, document_generations to arketic_app;
grant update, delete on outbox_events to arketic_app;
grant execute on function
    resolve_knowledge_target(text, uuid), resolve_knowledge_home(text, uuid),
    ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text),
    ledger_adopt(text, text, text, timestamptz, uuid), ledger_known_objects(text), ledger_totals(),
    generation_work(integer), generation_chores(), live_files_under_way()
    to arketic_app;
revoke execute on function
    resolve_knowledge_target(text, uuid), resolve_knowledge_home(text, uuid),
    ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text),
    ledger_adopt(text, text, text, timestamptz, uuid), ledger_known_objects(text), ledger_totals(),
    generation_work(integer), generation_chores(), live_files_under_way()
    from arketic_ingest;
revoke all
    on knowledge_bases, index_generations, knowledge_documents, knowledge_chunks, document_generations, ingest_ledger,
    embedding_cache
    from arketic_ingest;
alter policy embedding_cache_rows on embedding_cache to arketic_app;
alter policy document_generation_rows on document_generations to arketic_app;
alter policy ledger_rows on ingest_ledger to arketic_app;
alter policy chunk_rows on knowledge_chunks to arketic_app;
alter policy document_rows on knowledge_documents to arketic_app;
alter policy generation_rows on index_generations to arketic_app;
alter policy knowledge_base_rows on knowledge_bases to arketic_app;

do $$
declare
    trigger_function regprocedure;
begin
    for trigger_function in
        select p.oid from pg_proc p
        where p.prosecdef and p.prorettype = 'trigger'::regtype and p.pronamespace = 'public'::regnamespace
          and p.proname not in ('protect_citation', 'protect_citations', 'forget_citations') loop
        execute format('grant execute on function %s to public', trigger_function);
    end loop;
end $$;
