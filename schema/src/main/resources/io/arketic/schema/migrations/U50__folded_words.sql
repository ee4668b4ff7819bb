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
-- Archived months keep theirs.
do $$
declare
    name regclass;
begin
    for name in select distinct d.objid::regclass from pg_depend d
        where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_proc'::regclass
          and d.refobjid = 'searchable_folded(text)'::regprocedure loop
        execute format('drop index %s', name);
    end loop;
end $$;
create index idx_message_search on chat_messages using gin (searchable(content));
drop function searchable_folded(text);
drop function folded(text);
