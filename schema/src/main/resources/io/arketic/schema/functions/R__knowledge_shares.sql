-- Rights on knowledge bases: lists of users and groups.

-- Tells whether a knowledge base is shown to a user: null is the organization's own work.
create or replace function knowledge_shown(
        kind knowledge_base_type, owner uuid, base uuid, person uuid, granted uuid[]) returns boolean
    language sql immutable parallel safe as $$
    select coalesce(person is null or kind <> 'personal' or owner = person or base = any (granted), false)
$$;

-- Returns the knowledge bases whose list gives the current user at least this right.
create or replace function granted_knowledge(wanted text) returns uuid[]
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(g.knowledge_base_id), '{}')
    from (
        select s.knowledge_base_id from knowledge_shares s
        where s.user_id = current_user_id() and s.organization_id = current_organization_id()
          and (wanted = 'view' or s.access_right in ('share', wanted))
        union
        select s.knowledge_base_id from group_members m
        join knowledge_shares s on s.group_id = m.group_id and s.organization_id = m.organization_id
        where m.user_id = current_user_id() and m.organization_id = current_organization_id()
          and (wanted = 'view' or s.access_right in ('share', wanted))) g
$$;

-- Returns the current user's right on a knowledge base that it sees: view, edit or share. Members edit a shared knowledge base
-- as their role allows. Its owner shares it.
create or replace function knowledge_right(kind knowledge_base_type, owner uuid, base uuid) returns text
    language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select case
        when current_user_id() is null or owner = current_user_id() then 'share'
        when base = any (granted_knowledge('share')) then 'share'
        when kind <> 'personal' or base = any (granted_knowledge('edit')) then 'edit'
        else 'view' end
$$;

-- Gives a knowledge base a list, instead of its own one: it is shown to its owner and these users only.
create or replace function share_knowledge_base(
        base uuid, users uuid[], groups uuid[], rights text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    shared knowledge_bases;
    readers uuid[];
    narrower boolean;
begin
    select * into shared from knowledge_bases b
    where b.id = base and b.organization_id = current_organization_id() and b.removal_requested_at is null
      and knowledge_shown(b.knowledge_base_type, b.owner_id, b.id, current_user_id(), granted_knowledge('view'))
    for update;
    if not found then
        raise exception using errcode = 'DR001', message = 'there is no such knowledge base';
    end if;
    if knowledge_right(shared.knowledge_base_type, shared.owner_id, shared.id) <> 'share' then
        raise exception using errcode = 'DR006', message = 'only its owner, and users with the right to share, share it';
    end if;
    if shared.is_public then
        raise exception using errcode = 'DR007', message = 'a public knowledge base has no list; withdraw it first';
    end if;
    readers := array(
        select m.user_id from organization_members m
        where m.organization_id = shared.organization_id and m.is_active and (
            shared.knowledge_base_type <> 'personal'
            or m.user_id in (select s.user_id from knowledge_shares s where s.knowledge_base_id = base)
            or m.user_id in (
                select g.user_id from group_members g
                join knowledge_shares s on s.group_id = g.group_id
                where s.knowledge_base_id = base)));
    -- Only differences are written, so that the audit log and the open streams do not see a list sent again.
    delete from knowledge_shares s
    where s.knowledge_base_id = base and not exists (
        select from unnest(users, groups, rights) w (user_id, group_id, access_right)
        where w.access_right = s.access_right and w.user_id is not distinct from s.user_id
          and w.group_id is not distinct from s.group_id);
    narrower := found or shared.knowledge_base_type <> 'personal';
    insert into knowledge_shares (organization_id, knowledge_base_id, user_id, group_id, access_right)
    select shared.organization_id, base, m.user_id, g.id, w.access_right
    from unnest(users, groups, rights) w (user_id, group_id, access_right)
    left join organization_members m
        on m.user_id = w.user_id and m.organization_id = shared.organization_id and m.is_active
    left join member_groups g on g.id = w.group_id and g.organization_id = shared.organization_id
    where num_nonnulls(m.user_id, g.id) = 1 and not exists (
        select from knowledge_shares s
        where s.knowledge_base_id = base and s.access_right = w.access_right
          and s.user_id is not distinct from m.user_id and s.group_id is not distinct from g.id);
    if (select count(*) from knowledge_shares s where s.knowledge_base_id = base) <> cardinality(rights) then
        raise exception using errcode = 'DR009', message = 'a user or group is not of the organization';
    end if;
    if shared.owner_id <> current_user_id() and not base = any (granted_knowledge('share')) then
        raise exception using errcode = 'DR008', message = 'the list must hold you with the right to share';
    end if;
    update knowledge_bases b set knowledge_base_type = 'personal' where b.id = base and b.knowledge_base_type <> 'personal';
    -- The open streams and answers of its former readers are checked again.
    if narrower then
        perform pg_notify('arketic_access', reader::text) from unnest(readers) reader;
    end if;
end $$;

revoke execute on function
    knowledge_shown(knowledge_base_type, uuid, uuid, uuid, uuid[]), granted_knowledge(text),
    knowledge_right(knowledge_base_type, uuid, uuid), share_knowledge_base(uuid, uuid[], uuid[], text[]) from public;
grant execute on function
    knowledge_shown(knowledge_base_type, uuid, uuid, uuid, uuid[]), granted_knowledge(text),
    knowledge_right(knowledge_base_type, uuid, uuid), share_knowledge_base(uuid, uuid[], uuid[], text[]) to arketic_app;
