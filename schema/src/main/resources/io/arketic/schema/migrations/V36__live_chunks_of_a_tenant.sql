-- With the tenant: otherwise PostgreSQL reads another index, too, for all chunks of the organization, and a small knowledge
-- base's search takes ten times as long beside a large one.
create index idx_chunk_live_tenant on knowledge_chunks (knowledge_base_id, generation, organization_id);
drop index idx_chunk_live;
alter index idx_chunk_live_tenant rename to idx_chunk_live;
