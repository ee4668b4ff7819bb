do $$ begin
    execute replace(pg_get_functiondef('search_knowledge_documents(text, integer)'::regprocedure),
        'coalesce(websearch_to_tsquery(''simple'', words) || websearch_to_tsquery(''simple'', folded(words))) q',
        'websearch_to_tsquery(''simple'', words) q');
    execute replace(pg_get_functiondef('search_documents(text, integer)'::regprocedure),
        'coalesce(websearch_to_tsquery(''simple'', words) || websearch_to_tsquery(''simple'', folded(words))) q',
        'websearch_to_tsquery(''simple'', words) q');
    execute replace(pg_get_functiondef('index_knowledge_document()'::regprocedure),
        'searchable_folded(concat_ws', 'searchable(concat_ws');
    execute replace(pg_get_functiondef('index_document()'::regprocedure),
        'searchable_folded(concat_ws', 'searchable(concat_ws');
    execute replace(replace(pg_get_functiondef('search_chat_messages(text, integer, uuid)'::regprocedure),
        'websearch_to_tsquery(''simple'', folded(words))', 'websearch_to_tsquery(''simple'', words)'),
        'searchable_folded(m.content)', 'searchable(m.content)');
end $$;
drop index idx_message_search;
create index idx_message_search on chat_messages using gin (searchable(content));
drop function searchable_folded(text);
drop function folded(text);
