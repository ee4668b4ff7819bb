do $$
declare
    name text;
begin
    for name in select relname from pg_class where relnamespace = 'arketic_archive'::regnamespace and relkind = 'r' loop
        execute format('drop table arketic_archive.%I', name);
    end loop;
end $$;
drop policy definer_all on message_citations;
drop policy definer_all on chat_participants;
drop policy definer_all on chats;
drop policy citation_rows on message_citations;
drop policy message_rows on chat_messages;
alter table message_citations drop constraint message_citations_organization_id_message_id_fkey;
alter table chat_participants drop constraint chat_participants_chat_id_last_read_message_id_fkey;
alter table chat_messages rename to chat_messages_by_month;
alter table chat_messages_by_month no force row level security;
alter table chat_messages_by_month
    drop constraint chat_messages_chat_id_reply_to_id_fkey,
    drop constraint uq_message_chat,
    drop constraint uq_message_tenant,
    drop constraint chat_messages_pkey;
drop index idx_message_chat_created, idx_message_type, idx_message_status, idx_message_sender, idx_message_reply_to;

create table chat_messages (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    chat_id uuid not null,
    sender_id uuid references users on delete set null,
    reply_to_id uuid,
    message_type message_type not null default 'user',
    content text not null,
    file_url varchar(500),
    ai_model_used varchar(50),
    tokens_used integer,
    processing_time_ms integer,
    ai_confidence_score decimal(5, 4),
    status message_status not null default 'sent',
    is_edited boolean not null default false,
    is_deleted boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_message_chat unique (chat_id, id),
    constraint uq_message_tenant unique (organization_id, id),
    foreign key (organization_id, chat_id) references chats (organization_id, id) on delete cascade
);
insert into chat_messages select * from chat_messages_by_month;
drop table chat_messages_by_month;
alter table chat_messages add foreign key (chat_id, reply_to_id)
    references chat_messages (chat_id, id) on delete set null (reply_to_id);
create index idx_message_chat_created on chat_messages (chat_id, created_at);
create index idx_message_type on chat_messages (message_type);
create index idx_message_status on chat_messages (status);
create index idx_message_sender on chat_messages (sender_id);
create index idx_message_reply_to on chat_messages (reply_to_id) where reply_to_id is not null;
create trigger chat_messages_touch before update on chat_messages
    for each row execute function touch_updated_at();
alter table message_citations add foreign key (organization_id, message_id)
    references chat_messages (organization_id, id) on delete cascade;
alter table chat_participants add foreign key (chat_id, last_read_message_id)
    references chat_messages (chat_id, id) on delete set null (last_read_message_id);

alter table chat_messages enable row level security;
alter table chat_messages force row level security;
create policy message_rows on chat_messages to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from chats c where c.id = chat_messages.chat_id));
create policy citation_rows on message_citations to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from chat_messages m where m.id = message_citations.message_id));
grant select, insert, update, delete on chat_messages to arketic_app;
drop function drop_archived_partitions();
drop function detach_partitions();
drop function release_messages(text);
drop function longest_retention();
drop function partition_end(text);
drop function create_partitions();
drop function create_months(text, uuid);
drop function create_month(text, date);
drop function uuid_v7_floor(timestamptz);
