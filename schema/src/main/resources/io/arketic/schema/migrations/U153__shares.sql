-- What was shared with some users is its owner's again.
drop trigger documents_unshare on documents;
drop trigger documents_rights on documents;
do $$
begin
    execute replace(pg_get_functiondef('organization_of(uuid)'::regprocedure), '
            union all
            select g.organization_id from member_groups g where g.id = thing', '');
    execute replace(
        pg_get_functiondef('search_documents(text, integer)'::regprocedure),
        'and document_shown(
        d.share_level, d.owner_id, current_user_id(), d.access_ids, (select granted_documents(''view'')))',
        'and (
        current_user_id() is null
        or d.owner_id = current_user_id()
        or d.share_level in (''organization'', ''public''))');
    execute replace(pg_get_functiondef('record_change()'::regprocedure), ' ''access_ids'',', '');
end $$;
create function document_shown(level share_level, owner uuid, person uuid) returns boolean
    language sql immutable parallel safe as $$
    select coalesce(owner = person, true) or level in ('organization', 'public')
$$;
revoke execute on function document_shown(share_level, uuid, uuid) from public;
grant execute on function document_shown(share_level, uuid, uuid) to arketic_app;
alter policy document_rows on documents using (
    organization_id = (select current_organization_id())
    and document_shown(share_level, owner_id, (select current_user_id())));
create or replace function hidden_knowledge_documents() returns setof uuid
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp rows 10 as $$
declare
    tenant uuid := current_organization_id();
    person uuid := current_user_id();
begin
    if person is null or not exists (select from document_links l where l.organization_id = tenant) then
        return;
    end if;
    return query
    select l.knowledge_document_id
    from document_links l
    join documents d on d.id = l.document_id
    where l.organization_id = tenant and (l.confined or l.wanted_version = 0) and l.knowledge_document_id is not null
      and (l.wanted_version = 0 or d.deleted_at is not null or not document_shown(d.share_level, d.owner_id, person));
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
    select d.document_type, d.share_level, d.owner_id, d.folder_path, d.name into parent
    from documents d
    where d.organization_id = new.organization_id and d.id = new.parent_id and d.version_of_id is null;
    if not found or parent.document_type <> 'folder' then
        raise exception using errcode = 'DR001', message = 'there is no such folder';
    end if;
    if tg_op = 'UPDATE' and comes and new.document_type = 'folder' and exists (
        with recursive up as (
            select d.id, d.parent_id from documents d where d.id = new.parent_id
            union all
            select p.id, p.parent_id from documents p join up on p.id = up.parent_id where up.id <> new.id
        ) select from up where up.id = new.id) then
        raise exception using errcode = 'DR004', message = 'a folder cannot be in itself';
    end if;
    if comes and exists (
        select from document_standing(new.parent_id) s where s.gone or s.trashed_at is not null) then
        raise exception using errcode = 'DR005', message = 'the folder is in the trash';
    end if;
    if comes and parent.share_level = 'private' and parent.owner_id <> new.owner_id then
        raise exception using errcode = 'DR002', message = 'a private folder holds documents of its owner only';
    end if;
    new.share_level := parent.share_level;
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
    if new.share_level <> old.share_level or new.owner_id <> old.owner_id then
        update documents d set owner_id = new.owner_id, share_level = new.share_level
        where d.version_of_id = new.id;
    end if;
    if new.document_type <> 'folder' or (
        path = path_below(old.folder_path, old.name) and new.share_level = old.share_level) then
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
    with recursive down as (
        select d.id, d.name, path as folder_path from documents d where d.parent_id = new.id
        union all
        select d.id, d.name, path_below(p.folder_path, p.name) from documents d join down p on d.parent_id = p.id
    )
    update documents d set folder_path = p.folder_path, share_level = new.share_level
    from down p
    where d.id = p.id and (d.folder_path is distinct from p.folder_path or d.share_level <> new.share_level);
    if new.share_level <> old.share_level then
        with recursive down as (
            select d.id from documents d where d.parent_id = new.id
            union all
            select d.id from documents d join down p on d.parent_id = p.id
        )
        update documents v set share_level = new.share_level
        from down p
        where v.version_of_id = p.id and v.share_level <> new.share_level;
    end if;
    return null;
end $$;
drop function share_document(uuid, uuid[], uuid[], text[]);
drop function unshare_document(uuid);
drop function sharable(uuid);
drop function drop_shares();
drop function guard_document();
drop function document_right(uuid, uuid[]);
drop function document_shown(share_level, uuid, uuid, uuid[], uuid[]);
drop function granted_documents(text);
drop table document_shares;
drop table group_members;
drop table member_groups;
alter table documents
    drop column access_ids,
    drop column narrowed;
create or replace function document_standing(document uuid) returns table (trashed_at timestamptz, gone boolean)
    language sql stable security invoker set search_path = pg_catalog, public, pg_temp as $$
    with recursive up as (
        select d.parent_id, d.deleted_at, d.status from documents d where d.id = document
        union all
        select p.parent_id, p.deleted_at, p.status from documents p join up on p.id = up.parent_id
    )
    select min(up.deleted_at), coalesce(bool_or(up.status = 'deleted'), false) from up
$$;
create or replace function document_holds_others(folder uuid, person uuid) returns boolean
    language sql stable security invoker set search_path = pg_catalog, public, pg_temp as $$
    with recursive down as (
        select d.id, d.owner_id from documents d where d.parent_id = folder
        union all
        select d.id, d.owner_id from documents d join down p on d.parent_id = p.id
    ) select exists (select from down d where d.owner_id <> person)
$$;
drop function document_is_below(uuid, uuid);
