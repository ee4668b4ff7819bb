-- Files whose text is old are read anew by request, although their bytes are the same.

alter table ingest_ledger
    -- Of a version in flight that had ended well and is read anew: what it ends as again where nothing comes of it.
    add column former_state ingest_state check (former_state in ('indexed', 'unchanged')),
    -- Of what is indexed, where its format has pages.
    add column pages integer;
create function forget_former_state() returns trigger
    language plpgsql as $$
begin
    new.former_state := null;
    return new;
end $$;
create trigger ingest_ledger_ended before update of ended_at on ingest_ledger
    for each row when (new.ended_at is not null and new.former_state is not null)
    execute function forget_former_state();

-- When the file was last read, where that came to nothing new; otherwise it was when it was indexed.
alter table knowledge_documents add column read_at timestamptz;
