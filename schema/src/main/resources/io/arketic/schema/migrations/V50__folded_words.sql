-- Messages and documents are found without their accents, in whatever normal form, and in Turkish case.

-- A text as it is typed without accents: Latin and Greek letters without their marks, i without its dot or with it,
-- each the same. As SearchWords.folded does with the words of chunks.
create function folded(body text) returns text
    language sql immutable strict parallel safe
    return case
        when octet_length(body) = length(body) then lower(body)
        else replace(replace(replace(replace(
            translate(
                lower(regexp_replace(
                    normalize(regexp_replace(
                        normalize(body, nfkd),
                        '([A-Za-z\u00c6-\u024f\u0370-\u03ff])[\u0300-\u036f]+', '\1', 'g'), nfkc),
                    '[\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u0640\u064b-\u065f\u0670]', '', 'g')),
                'ıłøđðħŧё', 'iloddhtе'),
            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
    end;

-- As searchable(body), folded. Of a long text the beginning alone is looked at.
create function searchable_folded(body text) returns tsvector
    language sql immutable strict set search_path = pg_catalog, public, pg_temp as $$
    select searchable(folded(left(body, 1000000)))
$$;

drop index idx_message_search;
create index idx_message_search on only chat_messages using gin (searchable_folded(content));

do $$ begin
    execute replace(replace(pg_get_functiondef('search_chat_messages(text, integer, uuid)'::regprocedure),
        'websearch_to_tsquery(''simple'', words)', 'websearch_to_tsquery(''simple'', folded(words))'),
        'searchable(m.content)', 'searchable_folded(m.content)');
    execute replace(pg_get_functiondef('index_document()'::regprocedure),
        'searchable(concat_ws', 'searchable_folded(concat_ws');
    execute replace(pg_get_functiondef('index_knowledge_document()'::regprocedure),
        'searchable(concat_ws', 'searchable_folded(concat_ws');
    -- Documents that were written before are found as before.
    execute replace(pg_get_functiondef('search_documents(text, integer)'::regprocedure),
        'websearch_to_tsquery(''simple'', words) q',
        'coalesce(websearch_to_tsquery(''simple'', words) || websearch_to_tsquery(''simple'', folded(words))) q');
    execute replace(pg_get_functiondef('search_knowledge_documents(text, integer)'::regprocedure),
        'websearch_to_tsquery(''simple'', words) q',
        'coalesce(websearch_to_tsquery(''simple'', words) || websearch_to_tsquery(''simple'', folded(words))) q');
end $$;
