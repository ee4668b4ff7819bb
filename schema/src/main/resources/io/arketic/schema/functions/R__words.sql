-- The words of texts, and searches by words.

-- Returns a text without accents, as SearchWords.folded does: Latin and Greek letters without marks, i with or
-- without its dot.
create or replace function folded(body text) returns text
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

-- Returns the words of a text in any language. A tsvector holds a megabyte, so only the beginning of longer texts is
-- found.
create or replace function searchable(body text) returns tsvector
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

-- Returns searchable(body), folded, of the beginning of a long text.
create or replace function searchable_folded(body text) returns tsvector
    language sql immutable strict set search_path = pg_catalog, public, pg_temp as $$
    select searchable(folded(left(body, 1000000)))
$$;

-- Stores the words of a knowledge base's document. The parser takes invoice_2024.pdf for one word, so its parts are words, too.
create or replace function index_knowledge_document() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
    new.search_vector := searchable_folded(concat_ws(' ', new.filename, translate(new.filename, '._-', '   '), new.title,
        new.extracted_text));
    return new;
end $$;

-- Stores the words of a document of the drive.
create or replace function index_document() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
    new.search_vector := searchable_folded(concat_ws(' ', new.name, translate(new.name, '._-', '   '), new.filename, new.description, new.content_text));
    return new;
end $$;

-- Finds the documents of a knowledge base by words, newest first, in pages. As the owner, because policies prevent
-- the index's use; so it checks the tenant and the right to the knowledge base itself.
create or replace function search_knowledge_documents(words text, at_most integer) returns table (
        id uuid, knowledge_base_id uuid, rank real)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.id, d.knowledge_base_id, ts_rank(d.search_vector, q)
    from coalesce(websearch_to_tsquery('simple', words) || websearch_to_tsquery('simple', folded(words))) q
    join knowledge_documents d on d.search_vector @@ q
    join knowledge_bases b on b.id = d.knowledge_base_id
    where d.organization_id = current_organization_id() and d.status <> 'deleted'
      and knowledge_shown(
        b.knowledge_base_type, b.owner_id, b.id, current_user_id(), (select granted_knowledge('view')))
    and d.id not in (select h.id from hidden_knowledge_documents() h (id))
    order by 3 desc, 1 desc
    limit at_most
$$;

-- The same with other arguments.
create or replace function search_knowledge_documents(
        words text, base uuid, only_status document_status, after uuid, at_most integer) returns table (id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.id
    from knowledge_documents d
    join knowledge_bases b on b.id = d.knowledge_base_id and b.organization_id = d.organization_id
    where d.organization_id = current_organization_id() and d.knowledge_base_id = base and d.id < after
      and case when only_status is null then d.status <> 'deleted' else d.status = only_status end
      and d.search_vector @@ (
        websearch_to_tsquery('simple', words) || websearch_to_tsquery('simple', folded(words)))
      and knowledge_shown(
        b.knowledge_base_type, b.owner_id, b.id, current_user_id(), (select granted_knowledge('view')))
    and d.id not in (select h.id from hidden_knowledge_documents() h (id))
    order by d.id desc
    limit at_most
$$;

-- Finds documents of the drive by words.
create or replace function search_documents(words text, at_most integer) returns table (id uuid, rank real)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.id, ts_rank(d.search_vector, q)
    from coalesce(websearch_to_tsquery('simple', words) || websearch_to_tsquery('simple', folded(words))) q
    join documents d on d.search_vector @@ q
    where d.organization_id = current_organization_id() and d.status <> 'deleted' and d.is_latest_version and d.deleted_at is null
              and (d.parent_id is null or d.parent_id not in (
                with recursive hidden as (
                    select f.id from documents f
                    where f.organization_id = current_organization_id() and f.deleted_at is not null
                      and f.document_type = 'folder'
                    union
                    select c.id from documents c join hidden h on c.parent_id = h.id where c.document_type = 'folder')
                select h.id from hidden h))
      and document_shown(
        d.share_level, d.owner_id, current_user_id(), d.access_ids, (select granted_documents('view')))
    order by 2 desc, 1 desc
    limit at_most
$$;

-- Searches the drive by names and texts. Null filters are ignored. A minus excludes documents with the word in name
-- or text.
create or replace function find_documents(
        words text, within uuid, kind text, of_owner uuid, since timestamptz, until timestamptz, least_size bigint,
        most_size bigint, at_most integer) returns table (id uuid, rank real)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with recursive inside as (
        select d.id from documents d
        where d.id = within and d.organization_id = current_organization_id() and d.deleted_at is null
        union all
        select c.id from documents c join inside i on c.parent_id = i.id
        where c.deleted_at is null and c.version_of_id is null and c.document_type = 'folder'
    ), hidden as (
        select f.id from documents f
        where f.organization_id = current_organization_id() and f.deleted_at is not null and f.document_type = 'folder'
        union
        select c.id from documents c join hidden h on c.parent_id = h.id where c.document_type = 'folder'
    ), q as (
        select coalesce(websearch_to_tsquery('simple', words) || websearch_to_tsquery('simple', folded(words))) as query
    ), without as (
        select string_agg(format('%s OR %s', w.word[1], folded(w.word[1])), ' OR ') as words
        from regexp_matches(words, '(?:^|\s)-("[^"]+"|[^\s"-][^\s"]*)', 'g') w (word)
    ), banned as (
        select websearch_to_tsquery('simple', w.words) as query from without w
    ), named as (
        select d.id, ts_rank(d.search_vector, q.query) as rank
        from q join documents d on d.search_vector @@ q.query
        where d.organization_id = current_organization_id() and d.is_latest_version
    ), told as (
        select k.source_document_id as id, max(ts_rank(k.search_vector, q.query)) / 2 as rank
        from q join knowledge_documents k on k.search_vector @@ q.query
        where k.organization_id = current_organization_id() and k.source_document_id is not null and k.status <> 'deleted'
        group by k.source_document_id
    ), found as (
        select f.id, max(f.rank)::real as rank
        from (select * from named union all select * from told) f
        group by f.id
    )
    select d.id, f.rank
    from found f
    join documents d on d.id = f.id
    cross join banned b
    where d.organization_id = current_organization_id() and d.status <> 'deleted' and d.is_latest_version
      and d.deleted_at is null
      and (d.parent_id is null or d.parent_id not in (select h.id from hidden h))
      and document_shown(
        d.share_level, d.owner_id, current_user_id(), d.access_ids, (select granted_documents('view')))
      and (within is null or d.parent_id in (select i.id from inside i))
      and (b.query is null or not (d.search_vector @@ b.query or exists (
        select from knowledge_documents k
        where k.source_document_id = d.id and k.organization_id = d.organization_id and k.status <> 'deleted'
          and k.search_vector @@ b.query)))
      and (kind is null or d.document_type::text = kind)
      and (of_owner is null or d.owner_id = of_owner)
      and (since is null or d.version_at >= since)
      and (until is null or d.version_at < until)
      and (least_size is null or d.file_size >= least_size)
      and (most_size is null or d.file_size <= most_size)
    order by f.rank desc, d.id desc
    limit at_most
$$;

revoke execute on function
    search_knowledge_documents(text, integer), search_knowledge_documents(text, uuid, document_status, uuid, integer),
    search_documents(text, integer),
    find_documents(text, uuid, text, uuid, timestamptz, timestamptz, bigint, bigint, integer) from public;
grant execute on function
    search_knowledge_documents(text, integer), search_knowledge_documents(text, uuid, document_status, uuid, integer),
    search_documents(text, integer),
    find_documents(text, uuid, text, uuid, timestamptz, timestamptz, bigint, bigint, integer) to arketic_app;
