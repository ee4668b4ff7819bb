-- Documents of the drive in knowledge bases.
--
-- A user adds a file or a folder: a row of document_sources. From these rows and the tree follows one link for each (file,
-- knowledge base). The API copies the file's bytes under the link's key and announces them as it does an upload. The link
-- holds the version that it is to have and the version that it has, so that what is left to do stands in the database.

create table document_sources (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    document_id uuid not null,
    knowledge_base_id uuid not null,
    added_by_id uuid references users on delete set null,
    created_at timestamptz not null default now(),
    constraint uq_document_source unique (document_id, knowledge_base_id),
    foreign key (organization_id, document_id) references documents (organization_id, id) on delete cascade,
    foreign key (organization_id, knowledge_base_id)
        references knowledge_bases (organization_id, id) on delete cascade
);
create index idx_document_source_base on document_sources (knowledge_base_id);
create index idx_document_source_user on document_sources (added_by_id);
create index idx_document_source_org on document_sources (organization_id);
create trigger document_sources_audit after insert or update or delete on document_sources
    for each row execute function record_change('document_sources');

create table document_links (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null,
    document_id uuid not null,
    knowledge_base_id uuid not null,
    -- In the knowledge bucket. It holds no name, so that neither a rename nor a listing of keys tells one.
    object_key varchar(500) not null,
    bucket text,
    -- 0: the document is to be taken out of the knowledge base.
    wanted_version integer not null check (wanted_version >= 0),
    fed_version integer not null default 0,
    knowledge_document_id uuid,
    -- Whether there are members who do not see the document. Most links are not, and cost a search nothing.
    confined boolean not null,
    -- Of the process that feeds it. One whose claim was taken over may have overwritten newer bytes.
    claim_id uuid,
    next_attempt_at timestamptz not null default now(),
    attempts integer not null default 0,
    failure text,
    constraint uq_document_link_key unique (object_key),
    foreign key (organization_id, document_id) references documents (organization_id, id) on delete cascade,
    foreign key (organization_id, knowledge_base_id)
        references knowledge_bases (organization_id, id) on delete cascade
) with (fillfactor = 85);
create unique index uq_document_link on document_links (document_id, knowledge_base_id) where wanted_version > 0;
create index idx_document_link_document on document_links (document_id);
create index idx_document_link_base on document_links (knowledge_base_id);
create index idx_document_link_org on document_links (organization_id);
create index idx_document_link_confined on document_links (organization_id) where confined or wanted_version = 0;
create index idx_document_link_due on document_links (next_attempt_at) where wanted_version <> fed_version;

-- Which version of the drive's document the content of a knowledge document's version was.
create table document_link_versions (
    organization_id uuid not null,
    knowledge_document_id uuid not null,
    version integer not null,
    document_id uuid not null,
    document_version integer not null,
    primary key (knowledge_document_id, version),
    foreign key (organization_id, knowledge_document_id)
        references knowledge_documents (organization_id, id) on delete cascade
);
create index idx_document_link_version_org on document_link_versions (organization_id);

do $$
declare
    name text;
begin
    foreach name in array array['document_sources', 'document_links', 'document_link_versions'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        -- The subquery is read under the policies of documents: a source or link is seen by the users that see the document.
        execute format(
            'create policy source_rows on %I to arketic_app using (
                organization_id = (select current_organization_id())
                and ((select current_user_id()) is null
                    or exists (select from documents d where d.id = %I.document_id)))', name, name);
        execute format('create policy operator_read on %I for select to arketic_ops using (true)', name);
        execute format('create policy definer_all on %I to arketic_owner using (true)', name);
        execute format('grant select on %I to arketic_app, arketic_ops', name);
    end loop;
end $$;
grant insert, delete on document_sources to arketic_app;
grant update (bucket, fed_version, next_attempt_at, attempts, failure) on document_links to arketic_app;

alter table knowledge_documents add column source_document_id uuid;
alter table message_citations
    add column source_document_id uuid,
    add column source_version integer;
create policy definer_delete on knowledge_documents for delete to arketic_owner using (true);

-- Whether a user sees a document: the one place that decides, for lists, searches, downloads, citations and answers. Work of
-- the organization itself has no user and sees all. Each argument stands once, so that PostgreSQL inlines it.
create function document_shown(level share_level, owner uuid, person uuid) returns boolean
    language sql immutable parallel safe as $$
    select coalesce(owner = person, true) or level in ('organization', 'public')
$$;
alter policy document_rows on documents using (
    organization_id = (select current_organization_id())
    and document_shown(share_level, owner_id, (select current_user_id())));

-- The knowledge documents that the current user does not see, since their document is not shown, in the trash or taken out.
create function hidden_knowledge_documents() returns setof uuid
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
revoke execute on function hidden_knowledge_documents() from public;
grant execute on function hidden_knowledge_documents() to arketic_app;

-- A set of what is hidden and not of what is shown: it is empty in most organizations, and is read once for each statement.
create policy shown_rows on knowledge_documents as restrictive to arketic_app
    using (id not in (select h.id from hidden_knowledge_documents() h (id)));
create policy shown_rows on knowledge_chunks as restrictive to arketic_app
    using (document_id not in (select h.id from hidden_knowledge_documents() h (id)));
-- A quote outlives chunks, documents and knowledge bases; it is seen by the users that see the document it came from.
create policy shown_rows on message_citations as restrictive to arketic_app
    using (
        source_document_id is null
        or (select current_user_id()) is null
        or exists (
            select from documents d
            cross join lateral document_standing(d.id) s
            where d.id = message_citations.source_document_id and s.trashed_at is null and not s.gone));

-- Makes the links of a document, and of all that is in it, those that the sources ask for. The caller holds the tree's lock, so
-- that no document is put below meanwhile.
create function relink_documents(tenant uuid, root uuid) returns void
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

create function follow_source() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    changed record := case tg_op when 'DELETE' then old else new end;
begin
    perform relink_documents(changed.organization_id, changed.document_id);
    return null;
end $$;
create trigger document_sources_follow after insert or delete on document_sources
    for each row execute function follow_source();

create function follow_place() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform relink_documents(new.organization_id, new.id);
    return null;
end $$;
create trigger documents_follow_new after insert on documents
    for each row when (new.version_of_id is null and new.parent_id is not null and new.document_type <> 'folder')
    execute function follow_place();
create trigger documents_follow_place after update of parent_id on documents
    for each row when (new.version_of_id is null and new.parent_id is distinct from old.parent_id)
    execute function follow_place();

-- A new version is to be fed; a rename needs no feeding.
create function follow_document() returns trigger
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
create trigger documents_follow after update on documents
    for each row when (
        new.version_of_id is null and new.document_type <> 'folder' and (
            new.version_number <> old.version_number or new.name <> old.name or new.share_level <> old.share_level
            or new.deleted_at is distinct from old.deleted_at))
    execute function follow_document();

-- Takes a link's document out of its knowledge base: row, chunks, vectors, ledger and, soon, the object. The document first,
-- then the ledger: as the ingest locks them. What is in flight finds its version ended.
create function drop_link(link document_links) returns void
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

-- What is deleted for good leaves its knowledge bases in the same commit.
create function forget_document() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    link document_links;
begin
    for link in select * from document_links l where l.document_id = old.id order by l.id for update loop
        perform drop_link(link);
    end loop;
    return old;
end $$;
create trigger documents_forget before delete on documents
    for each row when (old.version_of_id is null and old.document_type <> 'folder') execute function forget_document();

-- What was taken out, so many at a time. Returns how many; 0 once nothing is left.
create function drop_links(batch integer) returns integer
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

-- The links that are to be fed now, for one process: the others leave them alone for so long. Organizations take turns, so that a
-- file of one does not wait for a folder of another.
create function claim_links(batch integer, lease interval) returns table (
        id uuid, claim_id uuid, organization_id uuid, knowledge_base_id uuid, object_key text, version integer,
        first boolean, document_id uuid, owner_id uuid, filename text, source_key text, file_size bigint, mime_type text,
        attempts integer)
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

-- An object under a link's key becomes the document of that link alone; without a link it becomes none.
create function enter_linked_document() returns trigger
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
create trigger knowledge_documents_enter before insert on knowledge_documents
    for each row when (split_part(new.file_path, '/', 3) = '.drive') execute function enter_linked_document();

create function keep_linked_document() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update document_links l set knowledge_document_id = new.id where l.object_key = new.file_path;
    delete from removed_objects r where r.object_key = new.file_path;
    return null;
end $$;
create trigger knowledge_documents_entered after insert on knowledge_documents
    for each row when (new.source_document_id is not null) execute function keep_linked_document();

-- The ingest knows the key and not the name.
create function hold_linked_document() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
    new.source_document_id := old.source_document_id;
    if pg_trigger_depth() = 1 and old.source_document_id is not null then
        new.filename := old.filename;
    end if;
    return new;
end $$;
create trigger knowledge_documents_hold before update on knowledge_documents
    for each row when (old.source_document_id is not null or new.source_document_id is not null)
    execute function hold_linked_document();

-- Equal bytes may be those of several versions; the newest one counts.
create function number_linked_version() returns trigger
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
create trigger knowledge_documents_numbered after update of version on knowledge_documents
    for each row when (new.source_document_id is not null and new.version <> old.version)
    execute function number_linked_version();

-- A citation keeps what it came from by itself.
create function cite_linked_document() returns trigger
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
create trigger message_citations_source before insert on message_citations
    for each row execute function cite_linked_document();

revoke execute on function
    document_shown(share_level, uuid, uuid), relink_documents(uuid, uuid), follow_source(), follow_place(), follow_document(),
    drop_link(document_links), forget_document(), drop_links(integer), claim_links(integer, interval),
    enter_linked_document(), keep_linked_document(), hold_linked_document(), number_linked_version(),
    cite_linked_document()
    from public;
grant execute on function document_shown(share_level, uuid, uuid) to arketic_app;
grant execute on function drop_links(integer), claim_links(integer, interval) to arketic_maintenance;

do $$
declare
    name text;
    was text;
    is_now text;
begin
    foreach name in array array[
        'search_knowledge_documents(text, uuid, document_status, uuid, integer)',
        'search_knowledge_documents(text, integer)'] loop
        was := pg_get_functiondef(name::regprocedure);
        is_now := regexp_replace(was, '(order by (d\.id|3) desc)',
            'and d.id not in (select h.id from hidden_knowledge_documents() h (id))
    \1');
        if is_now = was then
            raise exception '% is not what this migration knows', name;
        end if;
        execute is_now;
    end loop;
end $$;
