-- Documents of the drive in knowledge bases.

-- Returns knowledge documents whose document the current user cannot see, or that is in the trash or taken out.
create or replace function hidden_knowledge_documents() returns setof uuid
    language plpgsql stable rows 10 security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    tenant uuid := current_organization_id();
    person uuid := current_user_id();
    granted uuid[];
begin
    if person is null or not exists (select from document_links l where l.organization_id = tenant) then
        return;
    end if;
    -- A reader without an account: a document of the drive is shared with members, whatever its knowledge base says.
    if person = '00000000-0000-0000-0000-000000000000' then
        return query
        select l.knowledge_document_id from document_links l
        where l.organization_id = tenant and l.knowledge_document_id is not null;
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

-- Makes the links that the sources ask for, of a document and its content. The caller holds the tree's lock.
create or replace function relink_documents(tenant uuid, root uuid) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not exists (select from document_sources s where s.organization_id = tenant)
        and not exists (select from document_links l where l.organization_id = tenant and l.wanted_version > 0) then
        return;
    end if;
    with recursive up as (
        select d.parent_id as id from documents d where d.id = root
        union all
        select d.parent_id from documents d join up on d.id = up.id
    ), down as (
        select d.id, d.document_type, array(
            select s.knowledge_base_id from document_sources s
            where s.document_id = d.id or s.document_id in (select up.id from up)) as bases
        from documents d where d.id = root
        union all
        select d.id, d.document_type, p.bases || array(
            select s.knowledge_base_id from document_sources s where s.document_id = d.id)
        from documents d join down p on d.parent_id = p.id
    ), wanted as (
        select distinct w.id, b.base from down w cross join lateral unnest(w.bases) b (base)
        where w.document_type <> 'folder'
    ), dropped as (
        update document_links l set wanted_version = 0, next_attempt_at = now()
        where l.document_id in (select w.id from down w) and l.wanted_version > 0
          and not exists (select from wanted w where w.id = l.document_id and w.base = l.knowledge_base_id)
    )
    insert into document_links as l (
        id, organization_id, document_id, knowledge_base_id, object_key, wanted_version, confined)
    select n.id, d.organization_id, d.id, b.id,
        o.slug || '/' || b.id || '/.drive/' || n.id || coalesce(lower(substring(d.name from '\.[A-Za-z0-9]{1,16}$')), ''),
        d.version_number, d.share_level in ('private', 'restricted') or d.deleted_at is not null
    from wanted w
    join documents d on d.id = w.id
    join knowledge_bases b on b.id = w.base and b.organization_id = d.organization_id and b.removal_requested_at is null
    join organizations o on o.id = d.organization_id
    cross join lateral (select uuid_v7() as id, w.id as of_document) n
    on conflict (document_id, knowledge_base_id) where wanted_version > 0 do nothing;
end $$;

-- Updates links after a source was added or removed.
create or replace function follow_source() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    changed record := case tg_op when 'DELETE' then old else new end;
begin
    perform relink_documents(changed.organization_id, changed.document_id);
    return null;
end $$;

-- Updates links after a document was placed or moved.
create or replace function follow_place() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform relink_documents(new.organization_id, new.id);
    return null;
end $$;

-- Updates links after a document changed. Only a new version is fed again, not a new name.
create or replace function follow_document() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    few_see_it boolean := new.share_level in ('private', 'restricted') or new.deleted_at is not null;
begin
    update document_links l
    set wanted_version = case l.wanted_version when 0 then 0 else new.version_number end, confined = few_see_it,
        next_attempt_at = case new.version_number when old.version_number then l.next_attempt_at else now() end
    where l.document_id = new.id
      and (l.confined <> few_see_it or l.wanted_version not in (0, new.version_number));
    if new.name <> old.name then
        update knowledge_documents k set filename = new.name
        from document_links l
        where l.document_id = new.id and k.id = l.knowledge_document_id;
    end if;
    return null;
end $$;

-- Removes a link's document from its knowledge base with chunks, ledger and object. It locks the document first, then
-- the ledger, like the ingest.
create or replace function drop_link(link document_links) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform from knowledge_documents k where k.id = link.knowledge_document_id for update;
    update ingest_ledger g set state = 'deleted', ended_at = coalesce(g.ended_at, clock_timestamp())
    where g.bucket = link.bucket and g.object_key = link.object_key
      and (g.ended_at is null or g.state in ('indexed', 'unchanged'));
    delete from knowledge_documents k where k.id = link.knowledge_document_id;
    insert into removed_objects (object_key, store) values (link.object_key, 'knowledge')
    on conflict (object_key) do update set remove_after = now();
end $$;

-- Drops a batch of links that were taken out; returns their number.
create or replace function drop_links(batch integer) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    link document_links;
    dropped integer := 0;
begin
    for link in
        select * from document_links l where l.wanted_version = 0 order by l.id limit batch for update skip locked loop
        perform drop_link(link);
        delete from document_links l where l.id = link.id;
        dropped := dropped + 1;
    end loop;
    return dropped;
end $$;

-- Removes a deleted document from its knowledge bases in the same commit.
create or replace function forget_document() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    link document_links;
begin
    for link in select * from document_links l where l.document_id = old.id order by l.id for update loop
        perform drop_link(link);
    end loop;
    return old;
end $$;

-- Claims links that are to be fed, for one process and a time. Organizations take turns.
create or replace function claim_links(batch integer, lease interval) returns table (
        id uuid, claim_id uuid, organization_id uuid, knowledge_base_id uuid, object_key text, version integer,
        first boolean, document_id uuid, owner_id uuid, filename text, source_key text, file_size bigint,
        mime_type text, attempts integer)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with turns as (
        select l.id, row_number() over (partition by l.organization_id order by l.next_attempt_at) as turn
        from document_links l
        join knowledge_bases b on b.id = l.knowledge_base_id and b.is_active and b.removal_requested_at is null
        where l.wanted_version <> l.fed_version and l.wanted_version > 0 and l.next_attempt_at <= now()
    ), due as (
        select l.id from document_links l join turns t on t.id = l.id
        where l.wanted_version <> l.fed_version and l.wanted_version > 0 and l.next_attempt_at <= now()
        order by t.turn, l.next_attempt_at
        limit batch
        for update of l skip locked
    ), claimed as (
        update document_links l set claim_id = uuid_v7(), next_attempt_at = now() + lease, attempts = l.attempts + 1
        from due where l.id = due.id
        returning l.*
    )
    select c.id, c.claim_id, c.organization_id, c.knowledge_base_id, c.object_key, d.version_number, c.knowledge_document_id is null,
        d.id, d.owner_id, d.name, d.file_path, d.file_size, coalesce(d.mime_type, 'application/octet-stream'), c.attempts
    from claimed c
    join documents d on d.id = c.document_id and d.blob_id is not null
$$;

-- Gives an object under a link's key its document; without a link it has none.
create or replace function enter_linked_document() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    source record;
begin
    select l.document_id, d.name into source
    from document_links l join documents d on d.id = l.document_id
    where l.object_key = new.file_path and l.knowledge_base_id = new.knowledge_base_id
      and l.organization_id = new.organization_id and l.wanted_version > 0
    for share of l;
    if not found then
        return null;
    end if;
    new.source_document_id := source.document_id;
    new.filename := source.name;
    return new;
end $$;

-- Stores the knowledge document in its link and keeps its object.
create or replace function keep_linked_document() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update document_links l set knowledge_document_id = new.id where l.object_key = new.file_path;
    delete from removed_objects r where r.object_key = new.file_path;
    return null;
end $$;

-- Keeps the source and the name, because the ingest knows only the key.
create or replace function hold_linked_document() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
    new.source_document_id := old.source_document_id;
    if pg_trigger_depth() = 1 and old.source_document_id is not null then
        new.filename := old.filename;
    end if;
    return new;
end $$;

-- Records which version of the document was indexed. Of versions with equal bytes the newest one counts.
create or replace function number_linked_version() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into document_link_versions (
        organization_id, knowledge_document_id, version, document_id, document_version)
    select new.organization_id, new.id, new.version, new.source_document_id, max(d.version_number)
    from documents d
    where (d.id = new.source_document_id or d.version_of_id = new.source_document_id)
      and d.file_hash = new.indexed_file_hash
    having max(d.version_number) is not null
    on conflict (knowledge_document_id, version) do update set document_version = excluded.document_version;
    return null;
end $$;

-- Keeps the text of a version of a file of the drive that the ingest replaces by another one.
create or replace function keep_former_text() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into document_texts (organization_id, blob_id, content)
    select old.organization_id, b.id, old.extracted_text
    from document_blobs b
    where b.organization_id = old.organization_id and b.file_hash = old.indexed_file_hash
    on conflict (blob_id) do nothing;
    return null;
end $$;

-- Stores the source of a quote with it.
create or replace function cite_linked_document() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    select k.source_document_id, v.document_version into new.source_document_id, new.source_version
    from knowledge_documents k
    left join document_link_versions v on v.knowledge_document_id = k.id and v.version = new.document_version
    where k.id = new.document_id and k.organization_id = new.organization_id;
    -- The document left the knowledge base while the answer was written: its quote is seen by the users that see the document,
    -- and by none where the drive has it no longer.
    if new.source_document_id is null and split_part(new.file_path, '/', 3) = '.drive' then
        select l.document_id into new.source_document_id
        from document_links l
        where l.object_key = new.file_path and l.organization_id = new.organization_id;
        new.source_document_id := coalesce(new.source_document_id, '00000000-0000-0000-0000-000000000000');
    end if;
    return new;
end $$;

revoke execute on function
    hidden_knowledge_documents(), relink_documents(uuid, uuid), follow_source(), follow_place(), follow_document(),
    drop_link(document_links), drop_links(integer), forget_document(), claim_links(integer, interval),
    enter_linked_document(), keep_linked_document(), hold_linked_document(), number_linked_version(),
    keep_former_text(), cite_linked_document() from public;
grant execute on function hidden_knowledge_documents() to arketic_app;
grant execute on function drop_links(integer), claim_links(integer, interval) to arketic_maintenance;
