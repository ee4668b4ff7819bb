-- Chats, and what their answers cite.

create table chats (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    creator_id uuid not null references users,
    title varchar(200) not null,
    chat_type chat_type not null default 'direct',
    ai_model varchar(50),
    system_prompt text,
    temperature decimal(3, 2) not null default 0.7,
    enable_ai_responses boolean not null default true,
    is_archived boolean not null default false,
    message_count integer not null default 0,
    total_tokens_used integer not null default 0,
    last_activity_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_chat_tenant unique (organization_id, id)
);
create index idx_chat_org_type on chats (organization_id, chat_type);
create index idx_chat_activity on chats (last_activity_at);
create index idx_chat_archived on chats (is_archived);
create index idx_chat_creator on chats (creator_id);
create trigger chats_touch before update on chats for each row execute function touch_updated_at();

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
    foreign key (organization_id, chat_id) references chats (organization_id, id) on delete cascade,
    foreign key (chat_id, reply_to_id) references chat_messages (chat_id, id) on delete set null (reply_to_id)
);
create index idx_message_chat_created on chat_messages (chat_id, created_at);
create index idx_message_type on chat_messages (message_type);
create index idx_message_status on chat_messages (status);
create index idx_message_sender on chat_messages (sender_id);
create index idx_message_reply_to on chat_messages (reply_to_id) where reply_to_id is not null;
create trigger chat_messages_touch before update on chat_messages
    for each row execute function touch_updated_at();

create table chat_participants (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    chat_id uuid not null,
    user_id uuid not null references users on delete cascade,
    role participant_role not null default 'member',
    is_active boolean not null default true,
    can_send_messages boolean not null default true,
    can_upload_files boolean not null default true,
    last_read_message_id uuid,
    message_count integer not null default 0,
    joined_at timestamptz not null default now(),
    constraint idx_participant_chat_user unique (chat_id, user_id),
    foreign key (organization_id, chat_id) references chats (organization_id, id) on delete cascade,
    foreign key (chat_id, last_read_message_id)
        references chat_messages (chat_id, id) on delete set null (last_read_message_id)
);
create index idx_participant_user on chat_participants (user_id);
create index idx_participant_last_read on chat_participants (last_read_message_id)
    where last_read_message_id is not null;

-- The knowledge bases that a chat asks when a message names none.
create table chat_knowledge_bases (
    organization_id uuid not null default current_organization_id(),
    chat_id uuid not null,
    knowledge_base_id uuid not null,
    primary key (chat_id, knowledge_base_id),
    foreign key (organization_id, chat_id) references chats (organization_id, id) on delete cascade,
    foreign key (organization_id, knowledge_base_id)
        references knowledge_bases (organization_id, id) on delete cascade
);
create index idx_chat_kb_base on chat_knowledge_bases (knowledge_base_id);

-- What a citation showed when it was given. It keeps its quote when the document changes or goes; the chunk's id may
-- lead nowhere by then.
create table message_citations (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    message_id uuid not null,
    number integer not null check (number > 0),
    knowledge_base_id uuid,
    document_id uuid,
    document_version integer not null,
    chunk_id uuid,
    generation integer,
    filename varchar(255) not null,
    file_path varchar(500) not null,
    title varchar(500),
    page_number integer,
    start_offset integer not null,
    end_offset integer not null,
    quote text not null,
    score double precision not null,
    created_at timestamptz not null default now(),
    constraint uq_citation_number unique (message_id, number),
    foreign key (organization_id, message_id) references chat_messages (organization_id, id) on delete cascade,
    foreign key (organization_id, document_id)
        references knowledge_documents (organization_id, id) on delete set null (document_id)
);
create index idx_citation_document on message_citations (document_id);

alter table chats enable row level security;
alter table chats force row level security;
alter table chat_messages enable row level security;
alter table chat_messages force row level security;
alter table chat_participants enable row level security;
alter table chat_participants force row level security;
alter table chat_knowledge_bases enable row level security;
alter table chat_knowledge_bases force row level security;
alter table message_citations enable row level security;
alter table message_citations force row level security;

create policy participant_rows on chat_participants to arketic_app
    using (organization_id = (select current_organization_id()));
-- A chat is its creator's and its participants'; a transaction without a user is the organization's own work.
create policy chat_rows on chats to arketic_app
    using (
        organization_id = (select current_organization_id())
        and (
            creator_id = (select current_user_id())
            or (select current_user_id()) is null
            or exists (
                select from chat_participants p
                where p.chat_id = chats.id and p.user_id = (select current_user_id()) and p.is_active)));
create policy message_rows on chat_messages to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from chats c where c.id = chat_messages.chat_id));
create policy chat_knowledge_rows on chat_knowledge_bases to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from chats c where c.id = chat_knowledge_bases.chat_id));
create policy citation_rows on message_citations to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from chat_messages m where m.id = message_citations.message_id));

grant select, insert, update, delete
    on chats, chat_messages, chat_participants, chat_knowledge_bases, message_citations to arketic_app;
