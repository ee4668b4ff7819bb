-- Questions of a knowledge base, with the documents that answer them: they judge a generation before it goes live.
create table judged_questions (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    knowledge_base_id uuid not null,
    question text not null,
    -- Without foreign keys: a document that is gone counts no longer.
    relevant_documents uuid[] not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default clock_timestamp(),
    foreign key (organization_id, knowledge_base_id) references knowledge_bases (organization_id, id) on delete cascade
);
create unique index uq_judged_question on judged_questions (knowledge_base_id, md5(question));
create index idx_judged_question_org on judged_questions (organization_id);
create trigger judged_questions_audit after insert or update or delete on judged_questions
    for each row execute function record_change('judged_questions');
alter table judged_questions enable row level security;
alter table judged_questions force row level security;
create policy operator_read on judged_questions for select to arketic_ops using (true);
create policy definer_all on judged_questions to arketic_owner using (true);
-- Seen with its knowledge base.
create policy question_rows on judged_questions to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from knowledge_bases b where b.id = judged_questions.knowledge_base_id));
grant select, delete, insert (id, organization_id, knowledge_base_id, question, relevant_documents),
    update (question, relevant_documents, updated_at) on judged_questions to arketic_app;
grant select on judged_questions to arketic_ops;
