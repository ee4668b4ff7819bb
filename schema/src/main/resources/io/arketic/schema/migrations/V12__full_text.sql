-- Content is found by its words through GIN indexes. The operator @@ is not leakproof, so that PostgreSQL does not use
-- an index for it under another's policies: each search is a function of the owner's that names the tenant itself.

-- The words of a text, whatever its language. A tsvector holds a megabyte: of a longer text its beginning is found,
-- and writing it never fails.
create function searchable(body text) returns tsvector
    language plpgsql immutable strict set search_path = pg_catalog, public, pg_temp as $$
declare
    most integer := 1000000;
begin
    loop
        begin
            return to_tsvector('simple', left(body, most));
        exception when program_limit_exceeded then
            most := most / 2;
        end;
    end loop;
end $$;

-- Columns rather than expressions: an index on an expression would read the whole text again whenever a row changes.
alter table knowledge_documents add column search_vector tsvector;
alter table documents add column search_vector tsvector;

create function index_knowledge_document() returns trigger
    language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    new.search_vector := searchable(concat_ws(' ', new.filename, new.title, new.extracted_text));
    return new;
end $$;
create trigger knowledge_documents_words before insert or update of filename, title, extracted_text
    on knowledge_documents
    for each row execute function index_knowledge_document();

create function index_document() returns trigger
    language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    new.search_vector := searchable(concat_ws(' ', new.name, new.filename, new.description, new.content_text));
    return new;
end $$;
create trigger documents_words before insert or update of name, filename, description, content_text on documents
    for each row execute function index_document();

create policy definer_read on knowledge_documents for select to arketic_owner using (true);
create policy definer_read on knowledge_chunks for select to arketic_owner using (true);
create policy words_backfill on knowledge_documents for update to arketic_owner using (true);
alter table knowledge_documents disable trigger knowledge_documents_touch;
update knowledge_documents set extracted_text = extracted_text;
alter table knowledge_documents enable trigger knowledge_documents_touch;
update documents set name = name;
drop policy words_backfill on knowledge_documents;

create index idx_doc_search on documents using gin (search_vector);
create index idx_knowledge_doc_search on knowledge_documents using gin (search_vector);
create index idx_chunk_search on knowledge_chunks using gin (search_vector);
create index idx_message_search on chat_messages using gin (searchable(content));

-- Each search takes words as web search engines do: "a phrase", or, -without. The best come first.

create function search_chat_messages(words text, at_most integer)
    returns table (id uuid, chat_id uuid, rank real)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select m.id, m.chat_id, ts_rank(searchable(m.content), q)
    from websearch_to_tsquery('simple', words) q
    join chat_messages m on searchable(m.content) @@ q
    join chats c on c.id = m.chat_id
    where m.organization_id = current_organization_id() and not m.is_deleted
      and (
        current_user_id() is null
        or c.creator_id = current_user_id()
        or exists (
            select from chat_participants p
            where p.chat_id = c.id and p.user_id = current_user_id() and p.is_active))
    order by 3 desc, 1 desc
    limit at_most
$$;

create function search_documents(words text, at_most integer)
    returns table (id uuid, rank real)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.id, ts_rank(d.search_vector, q)
    from websearch_to_tsquery('simple', words) q
    join documents d on d.search_vector @@ q
    where d.organization_id = current_organization_id() and d.status <> 'deleted' and d.is_latest_version
      and (
        current_user_id() is null
        or d.owner_id = current_user_id()
        or d.share_level in ('organization', 'public'))
    order by 2 desc, 1 desc
    limit at_most
$$;

-- A personal knowledge base is its owner's.
create function search_knowledge_documents(words text, at_most integer)
    returns table (id uuid, knowledge_base_id uuid, rank real)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.id, d.knowledge_base_id, ts_rank(d.search_vector, q)
    from websearch_to_tsquery('simple', words) q
    join knowledge_documents d on d.search_vector @@ q
    join knowledge_bases b on b.id = d.knowledge_base_id
    where d.organization_id = current_organization_id() and d.status <> 'deleted'
      and (
        current_user_id() is null
        or b.knowledge_base_type <> 'personal'
        or b.owner_id = current_user_id())
    order by 3 desc, 1 desc
    limit at_most
$$;

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

revoke execute on function
    search_chat_messages(text, integer), search_documents(text, integer), search_knowledge_documents(text, integer),
    search_knowledge_chunks(text, integer) from public;
grant execute on function
    search_chat_messages(text, integer), search_documents(text, integer), search_knowledge_documents(text, integer),
    search_knowledge_chunks(text, integer) to arketic_app;
