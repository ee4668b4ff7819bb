-- What readers think of answers; and by what a cited chunk is found again after its document was embedded anew.

create type feedback_rating as enum ('up', 'down');

create table message_feedback (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    message_id uuid not null,
    user_id uuid not null references users on delete cascade,
    rating feedback_rating not null,
    comment text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint uq_feedback_message_user unique (message_id, user_id),
    foreign key (organization_id, message_id) references chat_messages (organization_id, id) on delete cascade
);
create index idx_feedback_user on message_feedback (user_id);
create trigger message_feedback_touch before update on message_feedback
    for each row execute function touch_updated_at();
alter table message_feedback enable row level security;
alter table message_feedback force row level security;
create policy feedback_rows on message_feedback to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from chat_messages m where m.id = message_feedback.message_id));
create policy definer_all on message_feedback to arketic_owner using (true);
grant select, insert, update, delete on message_feedback to arketic_app;
create trigger message_feedback_audit after insert or update or delete on message_feedback
    for each row execute function record_change('message_feedback');

alter table message_citations add column chunk_hash varchar(64);
alter table message_citations disable trigger message_citations_audit;
update message_citations c set chunk_hash = k.content_hash from knowledge_chunks k where k.id = c.chunk_id;
alter table message_citations enable trigger message_citations_audit;

-- A month that is detached takes no feedback along.
do $$ begin
    execute replace(
        pg_get_functiondef('release_messages'::regproc),
        'delete from message_citations c using leaving l where l.id = c.message_id;',
        'delete from message_citations c using leaving l where l.id = c.message_id;'
            || ' delete from message_feedback f using leaving l where l.id = f.message_id;');
end $$;
