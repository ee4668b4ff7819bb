-- Sharing: groups, and which users and groups a document is shown to.
--
-- A document with a list of its own is narrowed. Its access_ids are the documents whose lists a user must stand on: its own
-- and those of the folders above it. So a list below narrows and never widens, and no list is copied.
--
-- SQLSTATEs: DR006 the user's right does not suffice, DR007 a private folder has no lists, DR008 the user would lose it, DR009
-- a user or group is not of the organization.

create table member_groups (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    name varchar(100) not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_member_group_tenant unique (organization_id, id)
);
create unique index uq_member_group_name on member_groups (organization_id, lower(normalize(name, NFC)));
create trigger member_groups_touch before update on member_groups
    for each row execute function touch_updated_at();
create trigger member_groups_audit after insert or update or delete on member_groups
    for each row execute function record_change('member_groups');

create table group_members (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    group_id uuid not null,
    user_id uuid not null references users on delete cascade,
    created_at timestamptz not null default now(),
    constraint uq_group_member unique (group_id, user_id),
    foreign key (organization_id, group_id) references member_groups (organization_id, id) on delete cascade
);
create index idx_group_member_user on group_members (user_id);
create index idx_group_member_org on group_members (organization_id);
create trigger group_members_audit after insert or update or delete on group_members
    for each row execute function record_change('group_members');

create table document_shares (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    document_id uuid not null,
    user_id uuid references users on delete cascade,
    group_id uuid,
    access_right varchar(10) not null check (access_right in ('view', 'edit', 'share')),
    created_at timestamptz not null default now(),
    constraint document_share_to check (num_nonnulls(user_id, group_id) = 1),
    constraint uq_document_share unique nulls not distinct (document_id, user_id, group_id),
    foreign key (organization_id, document_id) references documents (organization_id, id) on delete cascade,
    foreign key (organization_id, group_id) references member_groups (organization_id, id) on delete cascade
);
create index idx_document_share_user on document_shares (user_id);
create index idx_document_share_group on document_shares (group_id);
create index idx_document_share_org on document_shares (organization_id);
create trigger document_shares_audit after insert or update or delete on document_shares
    for each row execute function record_change('document_shares');

do $$
declare
    name text;
begin
    foreach name in array array['member_groups', 'group_members', 'document_shares'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy operator_read on %I for select to arketic_ops using (true)', name);
        execute format('create policy definer_all on %I to arketic_owner using (true)', name);
        execute format('grant select on %I to arketic_app, arketic_ops', name);
    end loop;
end $$;
create policy group_rows on member_groups to arketic_app using (organization_id = (select current_organization_id()));
create policy group_member_rows on group_members to arketic_app
    using (organization_id = (select current_organization_id()));
create policy share_rows on document_shares to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from documents d where d.id = document_shares.document_id));
grant insert (id, organization_id, name), update (name), delete on member_groups to arketic_app;
grant insert (id, organization_id, group_id, user_id), delete on group_members to arketic_app;

alter table documents
    add column access_ids uuid[] not null default '{}',
    add column narrowed boolean not null default false;

-- The documents with a list on which the current user stands with at least this right, or which the user owns.
create function granted_documents(wanted text) returns uuid[]
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(g.id), '{}') from (
        select s.document_id as id
        from document_shares s
        where s.organization_id = current_organization_id() and s.user_id = current_user_id()
          and (wanted = 'view' or s.access_right in ('share', wanted))
        union
        select s.document_id
        from group_members m
        join document_shares s on s.group_id = m.group_id
        where m.user_id = current_user_id() and m.organization_id = current_organization_id()
          and (wanted = 'view' or s.access_right in ('share', wanted))
        union
        select d.id from documents d
        where d.owner_id = current_user_id() and d.organization_id = current_organization_id() and d.narrowed) g
$$;

-- As before, and of a document with lists to the users that stand on each of them.
create function document_shown(level share_level, owner uuid, person uuid, access uuid[], granted uuid[]) returns boolean
    language sql immutable parallel safe as $$
    select coalesce(owner = person, true)
        or ((level in ('organization', 'public') or access <> '{}') and access <@ granted)
$$;
alter policy document_rows on documents using (
    organization_id = (select current_organization_id())
    and document_shown(
        share_level, owner_id, (select current_user_id()), access_ids, (select granted_documents('view'))));

-- What the current user may do with a document that is shown: view, edit or share. The organization's documents are edited by
-- each member, as its role allows, and shared by their owner.
create function document_right(owner uuid, access uuid[]) returns text
    language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select case
        when current_user_id() is null or owner = current_user_id() then 'share'
        when access <> '{}' and access <@ granted_documents('share') then 'share'
        when access <@ granted_documents('edit') then 'edit'
        else 'view' end
$$;

create or replace function hidden_knowledge_documents() returns setof uuid
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp rows 10 as $$
declare
    tenant uuid := current_organization_id();
    person uuid := current_user_id();
    granted uuid[];
begin
    if person is null or not exists (select from document_links l where l.organization_id = tenant) then
        return;
    end if;
    granted := granted_documents('view');
    return query
    select l.knowledge_document_id
    from document_links l
    join documents d on d.id = l.document_id
    where l.organization_id = tenant and (l.confined or l.wanted_version = 0) and l.knowledge_document_id is not null
      and (l.wanted_version = 0 or d.deleted_at is not null or not document_shown(d.share_level, d.owner_id, person, d.access_ids, granted));
    return query
    with recursive trashed as (
        select f.id from documents f
        where f.organization_id = tenant and f.deleted_at is not null and f.document_type = 'folder'
        union
        select d.id from documents d join trashed t on d.parent_id = t.id
    ) select l.knowledge_document_id
    from trashed t
    join document_links l on l.document_id = t.id
    where l.knowledge_document_id is not null;
end $$;
drop function document_shown(share_level, uuid, uuid);

create function document_is_below(folder uuid, root uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with recursive up as (
        select d.id, d.parent_id from documents d
        where d.id = folder and d.organization_id = current_organization_id()
        union
        select p.id, p.parent_id from documents p join up on p.id = up.parent_id
    ) select exists (select from up where up.id = root)
$$;
revoke execute on function document_is_below(uuid, uuid) from public;
grant execute on function document_is_below(uuid, uuid) to arketic_app;

create or replace function place_document() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
    most_levels constant integer := 64;
    longest_path constant integer := 1000;
    comes boolean := tg_op = 'INSERT';
    parent record;
    path text;
    plain text;
begin
    new.compared_name := normalize(new.name, NFC);
    if new.version_of_id is not null then
        new.parent_id := null;
        new.place_id := null;
        new.folder_path := null;
        if tg_op = 'INSERT' then
            select d.share_level, d.access_ids into strict new.share_level, new.access_ids
            from documents d where d.id = new.version_of_id;
        end if;
        return new;
    end if;
    -- What goes along with a folder has its place; carry_documents gives it its path.
    if pg_trigger_depth() > 1 then
        return new;
    end if;
    if tg_op = 'UPDATE' then
        comes := new.parent_id is distinct from old.parent_id;
    end if;
    perform lock_document_tree(new.organization_id, tg_op = 'UPDATE' and new.document_type = 'folder');
    if new.parent_id is null then
        new.folder_path := '/';
        new.narrowed := new.share_level = 'restricted';
        new.access_ids := case when new.narrowed then array[new.id] else '{}' end;
        new.place_id := case new.share_level when 'private' then new.owner_id else new.organization_id end;
        if tg_op = 'UPDATE' and new.owner_id <> old.owner_id then
            -- An owner takes over what it may have under the same name.
            plain := new.name;
            for i in 2..1000 loop
                exit when new.deleted_at is not null or not exists (
                    select from documents d
                    where d.organization_id = new.organization_id and d.place_id = new.place_id
                      and d.compared_name = new.compared_name and d.deleted_at is null and d.version_of_id is null
                      and d.id <> new.id);
                new.name := left(plain, 240) || ' (' || i || ')';
                new.compared_name := normalize(new.name, NFC);
            end loop;
        end if;
        return new;
    end if;
    select d.document_type, d.share_level, d.owner_id, d.folder_path, d.name, d.access_ids into parent
    from documents d
    where d.organization_id = new.organization_id and d.id = new.parent_id and d.version_of_id is null;
    if not found or parent.document_type <> 'folder' then
        raise exception using errcode = 'DR001', message = 'there is no such folder';
    end if;
    if tg_op = 'UPDATE' and comes and new.document_type = 'folder'
        and document_is_below(new.parent_id, new.id) then
        raise exception using errcode = 'DR004', message = 'a folder cannot be in itself';
    end if;
    if comes and exists (
        select from document_standing(new.parent_id) s where s.gone or s.trashed_at is not null) then
        raise exception using errcode = 'DR005', message = 'the folder is in the trash';
    end if;
    if comes and parent.share_level = 'private' and parent.owner_id <> new.owner_id then
        raise exception using errcode = 'DR002', message = 'a private folder holds documents of its owner only';
    end if;
    if comes and document_right(parent.owner_id, parent.access_ids) = 'view' then
        raise exception using errcode = 'DR006', message = 'this needs the right to edit the folder';
    end if;
    -- Below, rights are narrowed and never widened.
    new.share_level := case
        when new.narrowed and parent.share_level <> 'private' then 'restricted' else parent.share_level end;
    new.access_ids := parent.access_ids || case
        when new.narrowed and parent.share_level <> 'private' then array[new.id] else '{}' end;
    new.place_id := new.parent_id;
    path := path_below(parent.folder_path, parent.name);
    if length(path) > longest_path or length(path) - length(replace(path, '/', '')) > most_levels then
        raise exception using errcode = 'DR003', message = 'the folder is too deep';
    end if;
    new.folder_path := path;
    return new;
end $$;

create or replace function carry_documents() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    path text := path_below(new.folder_path, new.name);
    below record;
begin
    if new.share_level <> old.share_level or new.owner_id <> old.owner_id or new.access_ids <> old.access_ids then
        update documents d set owner_id = new.owner_id, share_level = new.share_level, access_ids = new.access_ids
        where d.version_of_id = new.id;
    end if;
    if new.document_type <> 'folder' or (
        path = path_below(old.folder_path, old.name) and new.share_level = old.share_level
        and new.access_ids = old.access_ids) then
        return null;
    end if;
    with recursive down as (
        select d.id, d.owner_id, d.document_type, d.name, path as folder_path from documents d where d.parent_id = new.id
        union all
        select d.id, d.owner_id, d.document_type, d.name, path_below(p.folder_path, p.name)
        from documents d join down p on d.parent_id = p.id
    )
    select max(length(d.folder_path)) as longest,
        max(length(d.folder_path) - length(replace(d.folder_path, '/', ''))) as levels,
        bool_or(d.owner_id <> new.owner_id) as of_others
    into below from down d;
    if below.longest > 1000 or below.levels > 64 then
        raise exception using errcode = 'DR003', message = 'a folder in it would be too deep';
    end if;
    if new.share_level = 'private' and old.share_level <> 'private' and below.of_others then
        raise exception using errcode = 'DR002', message = 'a private folder holds documents of its owner only';
    end if;
    -- Or a list would give the folder's owner the right to share what the organization has of others.
    if old.share_level in ('organization', 'public') and new.share_level = 'restricted' and below.of_others then
        raise exception using errcode = 'DR006', message = 'the folder holds documents of others';
    end if;
    with recursive down as (
        select d.id, d.name, path as folder_path, new.share_level as above, new.access_ids as access_above, d.narrowed
        from documents d where d.parent_id = new.id
        union all
        select d.id, d.name, path_below(p.folder_path, p.name),
            case when p.narrowed and p.above <> 'private' then 'restricted' else p.above end,
            p.access_above || case when p.narrowed and p.above <> 'private' then array[p.id] else '{}' end, d.narrowed
        from documents d join down p on d.parent_id = p.id
    ), becomes as (
        select p.id, p.folder_path,
            case when p.narrowed and p.above <> 'private' then 'restricted' else p.above end as share_level,
            p.access_above || case when p.narrowed and p.above <> 'private' then array[p.id] else '{}' end as access_ids
        from down p
    ), formers as (
        update documents v set share_level = b.share_level, access_ids = b.access_ids
        from becomes b
        where v.version_of_id = b.id and (v.share_level <> b.share_level or v.access_ids <> b.access_ids)
    )
    update documents d set folder_path = b.folder_path, share_level = b.share_level, access_ids = b.access_ids
    from becomes b
    where d.id = b.id and (
        d.folder_path is distinct from b.folder_path or d.share_level <> b.share_level or d.access_ids <> b.access_ids);
    return null;
end $$;

-- Deleting is not shared: the owner and the admins delete and restore, whatever their right.
create function guard_document() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
    held text;
    stays boolean := new.access_ids = old.access_ids and new.share_level = old.share_level;
begin
    if new.status <> old.status and stays and new.name = old.name then
        return new;
    end if;
    held := document_right(old.owner_id, old.access_ids);
    if held = 'view' or held = 'edit' and not stays then
        raise exception using errcode = 'DR006', message = 'the right to the document does not suffice';
    end if;
    return new;
end $$;
create trigger documents_rights before update on documents
    for each row when (
        pg_trigger_depth() = 0 and (old.access_ids <> '{}' or new.access_ids <> '{}')
        and new.owner_id = old.owner_id and new.version_of_id is null)
    execute function guard_document();

-- A list above hides what is below it from some users: what the tree says of a document does not depend on what its caller sees.
create or replace function document_standing(document uuid) returns table (trashed_at timestamptz, gone boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with recursive up as (
        select d.parent_id, d.deleted_at, d.status from documents d
        where d.id = document and coalesce(d.organization_id = current_organization_id(), true)
        union all
        select p.parent_id, p.deleted_at, p.status from documents p join up on p.id = up.parent_id
    )
    select min(up.deleted_at), coalesce(bool_or(up.status = 'deleted'), false) from up
$$;
create or replace function document_holds_others(folder uuid, person uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with recursive down as (
        select d.id, d.owner_id from documents d
        where d.parent_id = folder and d.organization_id = current_organization_id()
        union all
        select d.id, d.owner_id from documents d join down p on d.parent_id = p.id
    ) select exists (select from down d where d.owner_id <> person)
$$;

create function drop_shares() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from document_shares s where s.document_id = new.id;
    return null;
end $$;
create trigger documents_unshare after update of share_level, parent_id on documents
    for each row when (old.narrowed and not new.narrowed) execute function drop_shares();

create function sharable(document uuid) returns documents
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
    shared documents;
begin
    select * into shared from documents d
    where d.id = document and d.organization_id = current_organization_id() and d.version_of_id is null
      and document_shown(d.share_level, d.owner_id, current_user_id(), d.access_ids, granted_documents('view'))
    for update;
    if not found then
        raise exception using errcode = 'DR001', message = 'there is no such document';
    end if;
    if document_right(shared.owner_id, shared.access_ids) <> 'share' then
        raise exception using errcode = 'DR006', message = 'only its owner, and users with the right to share, share it';
    end if;
    return shared;
end $$;

-- Gives a document its list, in the place of the one it has. The caller holds the tree's lock.
create function share_document(document uuid, users uuid[], groups uuid[], rights text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    shared documents := sharable(document);
begin
    if shared.organization_id is distinct from current_organization_id() then
        raise insufficient_privilege using message = 'the document is not the organization''s';
    end if;
    if exists (
        select from documents f where f.id = shared.parent_id and f.share_level = 'private') then
        raise exception using errcode = 'DR007', message = 'what is in a private folder is its owner''s alone';
    end if;
    delete from document_shares s where s.document_id = document;
    insert into document_shares (organization_id, document_id, user_id, group_id, access_right)
    select shared.organization_id, document, m.user_id, g.id, w.access_right
    from unnest(users, groups, rights) w (user_id, group_id, access_right)
    left join organization_members m
        on m.user_id = w.user_id and m.organization_id = shared.organization_id and m.is_active
    left join member_groups g on g.id = w.group_id and g.organization_id = shared.organization_id
    where num_nonnulls(m.user_id, g.id) = 1;
    if (select count(*) from document_shares s where s.document_id = document) <> cardinality(rights) then
        raise exception using errcode = 'DR009', message = 'a user or group is not of the organization';
    end if;
    if shared.owner_id <> current_user_id() and not array[document] <@ granted_documents('share') then
        raise exception using errcode = 'DR008', message = 'the list must hold you with the right to share';
    end if;
    update documents d set share_level = 'restricted', narrowed = true where d.id = document;
end $$;

-- Takes a document's own list away: in a folder it is shown as the folder is, at the top it is private.
create function unshare_document(document uuid) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    shared documents := sharable(document);
begin
    if shared.parent_id is null and shared.owner_id <> current_user_id() then
        raise exception using errcode = 'DR008', message = 'only its owner makes a document private';
    end if;
    if shared.narrowed then
        update documents d set share_level = 'private', narrowed = false where d.id = document;
    end if;
end $$;

revoke execute on function
    granted_documents(text), document_shown(share_level, uuid, uuid, uuid[], uuid[]), document_right(uuid, uuid[]),
    guard_document(), drop_shares(), sharable(uuid), share_document(uuid, uuid[], uuid[], text[]), unshare_document(uuid)
    from public;
grant execute on function
    granted_documents(text), document_shown(share_level, uuid, uuid, uuid[], uuid[]), document_right(uuid, uuid[]),
    share_document(uuid, uuid[], uuid[], text[]), unshare_document(uuid)
    to arketic_app;
do $$
declare
    was text := pg_get_functiondef('organization_of(uuid)'::regprocedure);
    is_now text := replace(was,
        'select d.organization_id from documents d where d.id = thing',
        'select d.organization_id from documents d where d.id = thing
            union all
            select g.organization_id from member_groups g where g.id = thing');
begin
    if is_now = was then
        raise exception 'organization_of() is not what this migration knows';
    end if;
    execute is_now;
    was := pg_get_functiondef('search_documents(text, integer)'::regprocedure);
    is_now := regexp_replace(was, 'and \(\s*current_user_id\(\) is null\s+or d\.owner_id = current_user_id\(\)\s+or [^)]*\)\)',
        'and document_shown(
        d.share_level, d.owner_id, current_user_id(), d.access_ids, (select granted_documents(''view'')))');
    if is_now = was then
        raise exception 'search_documents() is not what this migration knows';
    end if;
    execute is_now;
    was := pg_get_functiondef('record_change()'::regprocedure);
    is_now := replace(was, '''place_id'',', '''place_id'', ''access_ids'',');
    if is_now = was then
        raise exception 'record_change() is not what this migration knows';
    end if;
    execute is_now;
end $$;
