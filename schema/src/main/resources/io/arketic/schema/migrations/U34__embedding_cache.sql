do $$ begin
    execute replace(pg_get_functiondef('organization_tables'::regproc), '''embedding_cache'', ', '');
end $$;
drop function purge_embedding_cache(integer);
drop table embedding_cache;
