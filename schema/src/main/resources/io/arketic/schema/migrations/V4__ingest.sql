-- What was dropped and what became of it, and what the API owes to the event log.

-- One row per version of an object. It outlives its knowledge base and document, hence no foreign keys to them.
create table ingest_ledger (
    id uuid primary key default uuid_v7(),
    -- Null when the key leads to no knowledge base: for operators only.
    organization_id uuid references organizations on delete cascade,
    knowledge_base_id uuid,
    document_id uuid,
    document_version integer,
    bucket text not null,
    object_key text not null,
    etag text not null,
    last_modified timestamptz not null check (last_modified = date_trunc('second', last_modified, 'UTC')),
    size bigint not null,
    state ingest_state not null default 'received',
    reason text,
    detail text,
    attempts integer not null default 1,
    chunks integer,
    extract_ms bigint,
    embed_ms bigint,
    write_ms bigint,
    received_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    ended_at timestamptz,
    constraint uq_ledger_version unique (bucket, object_key, etag, last_modified),
    constraint ledger_end check ((state in ('received', 'extracting', 'embedding')) = (ended_at is null)),
    constraint ledger_dead check (state <> 'dead' or reason is not null)
) with (fillfactor = 85);
create index idx_ledger_kb_state on ingest_ledger (knowledge_base_id, state);
create index idx_ledger_org on ingest_ledger (organization_id);
create index idx_ledger_in_flight on ingest_ledger (received_at) where ended_at is null;
create trigger ingest_ledger_touch before update on ingest_ledger
    for each row execute function touch_updated_at();

-- Events that were decided in a transaction and are sent to Kafka after it.
create table outbox_events (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    topic text not null,
    message_key text not null,
    payload text not null,
    created_at timestamptz not null default now(),
    published_at timestamptz
);
create index idx_outbox_org on outbox_events (organization_id);
create index idx_outbox_unpublished on outbox_events (id) where published_at is null;

alter table ingest_ledger enable row level security;
alter table ingest_ledger force row level security;
alter table outbox_events enable row level security;
alter table outbox_events force row level security;

create policy ledger_rows on ingest_ledger to arketic_app
    using (organization_id = (select current_organization_id()));
create policy definer_all on ingest_ledger to arketic_owner using (true);
create policy operator_read on ingest_ledger for select to arketic_ops using (true);
create policy outbox_rows on outbox_events to arketic_app
    using (organization_id = (select current_organization_id()));
create policy definer_all on outbox_events to arketic_owner using (true);

grant select, insert, update, delete on ingest_ledger, outbox_events to arketic_app;
grant select on ingest_ledger to arketic_ops;

-- Ends a version whose key leads nowhere. A version that has ended already stays as it is.
create function ledger_bury_unplaced(
    bucket text, object_key text, etag text, last_modified timestamptz, size bigint, reason text, detail text)
    returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into ingest_ledger as l (bucket, object_key, etag, last_modified, size, state, reason, detail, ended_at)
    values ($1, $2, $3, $4, $5, 'dead', $6, $7, now())
    on conflict on constraint uq_ledger_version do update
    set state = 'dead', reason = excluded.reason, detail = excluded.detail, ended_at = now()
    where l.ended_at is null
$$;

-- Opens a version again that had ended because its key led nowhere, now that it leads to the caller's knowledge base.
create function ledger_adopt(
    bucket text, object_key text, etag text, last_modified timestamptz, knowledge_base uuid)
    returns table (id uuid, attempts integer)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update ingest_ledger l
    set organization_id = current_organization_id(), knowledge_base_id = $5, state = 'received', reason = null,
        detail = null, ended_at = null, attempts = l.attempts + 1
    where l.bucket = $1 and l.object_key = $2 and l.etag = $3 and l.last_modified = $4
      and l.organization_id is null
      and current_organization_id() is not null
    returning l.id, l.attempts
$$;

-- Numbers over all tenants, without anything of theirs.
create function ledger_totals() returns table (state ingest_state, reason text, versions bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select l.state, l.reason, count(*) from ingest_ledger l group by l.state, l.reason
$$;

-- The oldest events that were not sent yet; locked till the transaction ends, those locked by others left out.
create function outbox_pending(at_most integer)
    returns table (id uuid, topic text, message_key text, payload text)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select o.id, o.topic, o.message_key, o.payload
    from outbox_events o
    where o.published_at is null
    order by o.id
    limit at_most
    for update skip locked
$$;
create function outbox_published(ids uuid[]) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update outbox_events set published_at = now() where id = any (ids)
$$;

revoke execute on function
    ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text),
    ledger_adopt(text, text, text, timestamptz, uuid),
    ledger_totals(), outbox_pending(integer), outbox_published(uuid[])
    from public;
grant execute on function
    ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text),
    ledger_adopt(text, text, text, timestamptz, uuid),
    ledger_totals(), outbox_pending(integer), outbox_published(uuid[])
    to arketic_app;
grant execute on function ledger_totals() to arketic_ops;
