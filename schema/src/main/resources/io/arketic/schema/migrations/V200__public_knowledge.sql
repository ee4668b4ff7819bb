-- Public knowledge bases: read and asked without an account, as long as is_public is set.

alter table knowledge_bases add constraint chk_public_type
    check (not is_public or knowledge_base_type = 'public') not valid;

-- The public knowledge base of this id, or of this name in the organization of this slug. Empty where there is none,
-- whatever the reason: each request asks, so that a knowledge base that is switched off answers no further one.
create function open_public_knowledge(base uuid, slug text, name text)
    returns table (knowledge_base_id uuid, organization_id uuid, organization_slug text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with wanted as (
        select k.id from knowledge_bases k where k.id = open_public_knowledge.base
        union all
        select k.id from knowledge_bases k
        join organizations n on n.id = k.organization_id
        where n.slug = open_public_knowledge.slug and lower(k.name) = lower(open_public_knowledge.name))
    select b.id, b.organization_id, o.slug::text
    from wanted w
    join knowledge_bases b on b.id = w.id
    join organizations o on o.id = b.organization_id
    where b.is_public and b.is_active and b.removal_requested_at is null
      and o.status in ('active', 'trial') and not subscription_ended(o)
    order by b.id
    limit 1
$$;
revoke execute on function open_public_knowledge(uuid, text, text) from public;
grant execute on function open_public_knowledge(uuid, text, text) to arketic_app;
