-- What users wrote of a chunk, and its summary. They belong to the chunk's text within its document, so a reindex keeps them.
create table chunk_notes (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    knowledge_base_id uuid not null,
    document_id uuid not null,
    content_hash varchar(64) not null,
    -- Null where the chunk's own keywords count.
    keywords jsonb,
    summary text,
    -- Whether a user wrote the summary.
    summary_edited boolean not null default false,
    updated_at timestamptz not null default clock_timestamp(),
    constraint uq_chunk_note unique (document_id, content_hash),
    foreign key (organization_id, knowledge_base_id) references knowledge_bases (organization_id, id) on delete cascade,
    foreign key (organization_id, document_id) references knowledge_documents (organization_id, id) on delete cascade
);
create index idx_chunk_note_base on chunk_notes (knowledge_base_id);
alter table chunk_notes enable row level security;
alter table chunk_notes force row level security;
-- Seen with its document.
create policy note_rows on chunk_notes to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from knowledge_documents d where d.id = chunk_notes.document_id));
create policy definer_all on chunk_notes to arketic_owner using (true);
grant select, insert, update, delete on chunk_notes to arketic_app;
create trigger chunk_notes_audit after insert or update or delete on chunk_notes
    for each row execute function record_change('chunk_notes');
