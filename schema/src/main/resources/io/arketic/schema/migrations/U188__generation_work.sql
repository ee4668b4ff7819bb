drop function generation_work(integer, uuid[], integer[], uuid[]);
create function generation_work(at_most integer)
    returns table (
        organization_id uuid, knowledge_base_id uuid, generation integer, embedding_model text, chunk_size integer,
        chunk_overlap integer, document_id uuid, document_version integer, file_path text,
        troubled boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select g.organization_id, g.knowledge_base_id, g.generation, g.embedding_model, g.chunk_size, g.chunk_overlap,
        m.id, m.version, m.file_path, g.problem is not null
    from index_generations g
    join knowledge_bases b on b.id = g.knowledge_base_id and b.is_active
    join organizations o on o.id = g.organization_id and o.status in ('active', 'trial')
    cross join lateral (
        select l.*, row_number() over (order by l.id) as turn
        from (
            select d.id, d.version, d.file_path
            from knowledge_documents d
            where d.knowledge_base_id = g.knowledge_base_id and d.indexed_generation is not null
              and not exists (
                  select from document_generations e
                  where e.document_id = d.id and e.generation = g.generation and e.document_version = d.version)
            order by d.id
            limit at_most) l) m
    where g.settled_at is null and g.state in ('building', 'ready', 'retired')
      and coalesce(g.resume_at, '-infinity') <= now()
    order by m.turn, g.knowledge_base_id, g.generation
    limit at_most
$$;
revoke execute on function generation_work(integer) from public;
grant execute on function generation_work(integer) to arketic_ingest;
