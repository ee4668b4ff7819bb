-- What every later migration stands on: types, ids, and the context of a transaction.

create type user_role as enum ('super_admin', 'admin', 'user', 'viewer');
create type user_status as enum ('active', 'inactive', 'suspended', 'pending_verification');
create type organization_status as enum ('active', 'inactive', 'suspended', 'trial');
create type subscription_tier as enum ('free', 'starter', 'professional', 'enterprise');
create type organization_role as enum ('owner', 'admin', 'member', 'viewer');
create type chat_type as enum ('direct', 'group', 'channel');
create type message_type as enum ('user', 'ai', 'system', 'file', 'image', 'audio');
create type message_status as enum ('sent', 'delivered', 'read', 'failed');
create type participant_role as enum ('owner', 'admin', 'member', 'viewer');
create type knowledge_base_type as enum ('personal', 'shared', 'public');
create type vector_store as enum ('pgvector', 'chroma', 'pinecone', 'weaviate', 'qdrant');
create type document_status as enum ('uploading', 'pending', 'processing', 'completed', 'failed', 'deleted');
create type chunk_type as enum ('text', 'title', 'table', 'list', 'code', 'image');
create type generation_state as enum ('building', 'ready', 'active', 'retired', 'cancelled');
create type ingest_state as enum (
    'received', 'extracting', 'embedding', 'indexed', 'unchanged', 'superseded', 'deleted', 'dead');

-- UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then random bits.
create function uuid_v7() returns uuid
    language sql volatile parallel safe
    return encode(
        set_bit(
            set_bit(
                overlay(
                    uuid_send(gen_random_uuid())
                    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                    from 1 for 6),
                52, 1),
            53, 1),
        'hex')::uuid;

-- For whom the transaction runs. After a local setting a pooled session reads '' and not null.
create function current_organization_id() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('app.organization_id', true), '')::uuid;

create function current_user_id() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('app.user_id', true), '')::uuid;

create function touch_updated_at() returns trigger
    language plpgsql as $$
begin
    new.updated_at := now();
    return new;
end $$;
