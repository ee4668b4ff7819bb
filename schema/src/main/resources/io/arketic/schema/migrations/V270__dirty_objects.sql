-- The queue of the ingest: objects that have to be looked at, one row each, however many events and listings said so. A row
-- goes when a look has ended that began after its last mark. The ingest leases rows to its executors; what a lost executor
-- had is free again when its lease ends. The order within a tenant is that of place.

create sequence dirty_object_leases;

create table dirty_objects (
    bucket text not null,
    object_key text not null,
    -- Keys without a folder are nobody's, and take one turn together.
    tenant text not null generated always as (
        case when strpos(object_key, '/') > 0 then split_part(object_key, '/', 1) else '' end) stored,
    size bigint not null,
    -- What was announced, for the looks; the newest eight.
    events text[] not null,
    -- Counts marks: a look settles those that came before it.
    marks bigint not null default 1,
    -- In milliseconds of the epoch: small and new before large and old.
    place bigint not null,
    -- When the first mark came that no look has settled.
    marked_at timestamptz not null default clock_timestamp(),
    -- When the first mark came since the row was leased.
    marked_again_at timestamptz,
    -- Numbers the latest lease, as no other of any row: only its executor settles the object.
    lease bigint not null default 0,
    leased_by uuid,
    leased_until timestamptz,
    constraint uq_dirty_object primary key (bucket, object_key)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create index idx_dirty_free on dirty_objects (bucket, tenant, place, object_key) where leased_by is null;
create index idx_dirty_leased on dirty_objects (leased_until) where leased_by is not null;
create index idx_dirty_marked on dirty_objects (bucket, marked_at);

alter table dirty_objects enable row level security;
alter table dirty_objects force row level security;
create policy definer_all on dirty_objects to arketic_owner using (true);
create policy operator_read on dirty_objects for select to arketic_ops using (true);
-- Reached through functions only.
create policy no_rows on dirty_objects to arketic_app using (false);
grant select on dirty_objects to arketic_ops;
