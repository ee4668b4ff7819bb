-- Counts in how many chunks of a sample a word stands, by knowledge base and language. The ingest chooses the keywords of
-- chunks by them. No request reads them. They go after a day, so that no word of deleted documents stays for long.
create table knowledge_words (
    organization_id uuid not null default current_organization_id(),
    knowledge_base_id uuid not null,
    search_config text not null,
    -- The chunks of the knowledge base when the sample was taken, and those in it.
    total_chunks bigint not null,
    chunks integer not null,
    -- The chunks of the sample by stem; words of one chunk are left out.
    words jsonb not null,
    counted_at timestamptz not null default now(),
    primary key (knowledge_base_id, search_config),
    foreign key (organization_id, knowledge_base_id) references knowledge_bases (organization_id, id) on delete cascade
);
create index idx_knowledge_words_counted on knowledge_words (counted_at);
alter table knowledge_words enable row level security;
alter table knowledge_words force row level security;
create policy knowledge_word_rows on knowledge_words to arketic_app, arketic_ingest
    using (
        organization_id = (select current_organization_id())
        and ((select current_user_id()) is null or knowledge_base_id in (select b.id from knowledge_bases b)));
create policy definer_all on knowledge_words to arketic_owner using (true);
grant select, insert, update on knowledge_words to arketic_ingest;
