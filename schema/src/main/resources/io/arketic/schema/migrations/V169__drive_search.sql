-- Search of the drive by names, descriptions and the text that the ingest extracted, with filters.

-- A file that is in a knowledge base is found by its text there, of the version that is indexed. Filters that are null ask nothing.
-- A word after a minus excludes a document that has it in its name or in its text, whichever of them was found.
create function find_documents(
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
revoke execute on function find_documents(
    text, uuid, text, uuid, timestamptz, timestamptz, bigint, bigint, integer) from public;
grant execute on function find_documents(
    text, uuid, text, uuid, timestamptz, timestamptz, bigint, bigint, integer) to arketic_app;
