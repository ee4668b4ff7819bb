-- Users switch chunks off, so that no search finds them. The switch belongs to the chunk's text, as the other notes do.
-- record_change() and import_chunks() know it; see R__audit.sql and R__knowledge.sql.
alter table chunk_notes add column enabled boolean not null default true;
