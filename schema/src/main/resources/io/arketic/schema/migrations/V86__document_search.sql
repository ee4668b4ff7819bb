-- The documents of one knowledge base in which words stand, the newest first, a page at a time. As the owner, since the index on
-- the words is not used under policies; so it names the tenant and who may see a personal knowledge base itself.
create function search_knowledge_documents(
    words text, base uuid, only_status document_status, after uuid, at_most integer) returns table (id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.id
    from knowledge_documents d
    join knowledge_bases b on b.id = d.knowledge_base_id and b.organization_id = d.organization_id
    where d.organization_id = current_organization_id() and d.knowledge_base_id = base and d.id < after
      and case when only_status is null then d.status <> 'deleted' else d.status = only_status end
      and d.search_vector @@ (
        websearch_to_tsquery('simple', words) || websearch_to_tsquery('simple', folded(words)))
      and (
        current_user_id() is null
        or b.knowledge_base_type <> 'personal'
        or b.owner_id = current_user_id())
    order by d.id desc
    limit at_most
$$;
revoke execute on function search_knowledge_documents(text, uuid, document_status, uuid, integer) from public;
grant execute on function search_knowledge_documents(text, uuid, document_status, uuid, integer) to arketic_app;
