-- Files in chats. Their bytes lie in the object store, in a bucket of their own.

create table chat_files (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    message_id uuid not null,
    object_key varchar(500) not null,
    filename varchar(255) not null,
    media_type varchar(100) not null,
    file_size bigint not null check (file_size >= 0),
    created_at timestamptz not null default now(),
    constraint uq_chat_file_message unique (message_id),
    foreign key (organization_id, message_id) references chat_messages (organization_id, id) on delete cascade
);
create index idx_chat_file_organization on chat_files (organization_id);
alter table chat_files enable row level security;
alter table chat_files force row level security;
create policy chat_file_rows on chat_files to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from chat_messages m where m.id = chat_files.message_id));
create policy definer_all on chat_files to arketic_owner using (true);
grant select, insert, update, delete on chat_files to arketic_app;
create trigger chat_files_audit after insert or update or delete on chat_files
    for each row execute function record_change('chat_files');

-- Objects of that bucket that nothing refers to: of files that are gone, whichever way they went, and of uploads that may
-- have broken off. The API removes them when their time has come. No tenant's rows: the tenant may be gone, too.
create table removed_objects (
    object_key varchar(500) primary key,
    remove_after timestamptz not null default now()
);
create index idx_removed_object_after on removed_objects (remove_after);
alter table removed_objects enable row level security;
alter table removed_objects force row level security;
create policy own_work on removed_objects to arketic_app
    using ((select current_organization_id()) is null and (select current_user_id()) is null);
create policy definer_all on removed_objects to arketic_owner using (true);
grant select, insert, delete on removed_objects to arketic_app;

-- Counted as documents are, at the commit.
create function count_chat_file() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        delete from removed_objects r where r.object_key = new.object_key;
        perform count_storage(new.organization_id, new.file_size, true);
    else
        insert into removed_objects (object_key) values (old.object_key)
        on conflict (object_key) do update set remove_after = now();
        perform count_storage(old.organization_id, -old.file_size, false);
    end if;
    return null;
end $$;
create constraint trigger chat_files_count after insert or delete on chat_files
    deferrable initially deferred
    for each row execute function count_chat_file();

do $$
declare
    was text := pg_get_functiondef('counter_drift'::regproc);
    is_now text := replace(was,
        'from documents d
            where d.organization_id = o.id and d.status not in (''deleted'', ''failed''))',
        'from documents d
            where d.organization_id = o.id and d.status not in (''deleted'', ''failed'')) + (
            select coalesce(sum(f.file_size), 0) from chat_files f where f.organization_id = o.id)');
begin
    if is_now = was then
        raise exception 'counter_drift() is not what this migration knows';
    end if;
    execute is_now;
    execute replace(
        pg_get_functiondef('release_messages'::regproc),
        ' delete from message_feedback f',
        ' delete from chat_files f using leaving l where l.id = f.message_id; set constraints chat_files_count immediate;'
            || ' delete from message_feedback f');
end $$;
