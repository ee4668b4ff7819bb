-- What has had its time goes: logins, tokens, and what an organization no longer keeps. A creation that is sent twice
-- is made once. A thing's organization is found in one look-up.

-- What a caller sends once more under the same Idempotency-Key is answered with what it was answered before.
create table idempotency_keys (
    -- Another one for each claim, so that who lost its claim finishes nothing.
    id uuid primary key,
    user_id uuid not null references users on delete cascade,
    -- The API key that it came with, else the user.
    caller_id uuid not null,
    key_hash varchar(64) not null,
    request_hash varchar(64) not null,
    -- Encrypted by the application; null while the request is under way.
    answer text,
    created_at timestamptz not null default now(),
    -- A process that died in between holds a key no longer than this.
    claimed_until timestamptz not null,
    expires_at timestamptz not null,
    constraint uq_idempotency_key unique (user_id, caller_id, key_hash)
);
create index idx_idempotency_expires on idempotency_keys (expires_at);
alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy own_rows on idempotency_keys to arketic_app using (user_id = (select current_user_id()));
create policy definer_all on idempotency_keys to arketic_owner using (true);
grant select, insert, update, delete on idempotency_keys to arketic_app;

-- The version that a caller's If-Match speaks of.
alter table organization_members add column updated_at timestamptz not null default now();
create trigger organization_members_touch before update of role, is_active on organization_members
    for each row execute function touch_updated_at();

create index idx_session_revoked on user_sessions (revoked_at) where revoked_at is not null;
create policy definer_all on refresh_tokens to arketic_owner using (true);
create policy definer_all on email_verification_tokens to arketic_owner using (true);
create policy definer_all on password_reset_tokens to arketic_owner using (true);

-- Deletes what opens nothing any more, of each kind so many at most; returns how many of each. A spent refresh token
-- stays as long as it would have been good, since its return ends its session.
create function purge_expired(batch integer) returns table (kind text, removed bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return query with gone as (
        delete from refresh_tokens where id in (
            select t.id from refresh_tokens t
            where t.expires_at < now() - interval '1 day'
            order by t.expires_at limit batch for update skip locked)
        returning 1
    ) select 'refresh_tokens', count(*) from gone;
    return query with gone as (
        delete from user_sessions where id in (
            select s.id from user_sessions s
            where s.revoked_at < now() - interval '1 day'
               or (s.last_seen_at < now() - interval '1 day'
                   and not exists (select from refresh_tokens t where t.family_id = s.id))
            limit batch for update skip locked)
        returning 1
    ) select 'user_sessions', count(*) from gone;
    return query with gone as (
        delete from email_verification_tokens where id in (
            select t.id from email_verification_tokens t
            where t.expires_at < now() - interval '1 day'
            order by t.expires_at limit batch for update skip locked)
        returning 1
    ) select 'email_verification_tokens', count(*) from gone;
    return query with gone as (
        delete from password_reset_tokens where id in (
            select t.id from password_reset_tokens t
            where t.expires_at < now() - interval '1 day'
            order by t.expires_at limit batch for update skip locked)
        returning 1
    ) select 'password_reset_tokens', count(*) from gone;
    return query with gone as (
        delete from idempotency_keys where id in (
            select k.id from idempotency_keys k
            where k.expires_at < now()
            order by k.expires_at limit batch for update skip locked)
        returning 1
    ) select 'idempotency_keys', count(*) from gone;
end $$;

-- The lowest id that an organization still keeps.
create function retention_floor(organization uuid) returns uuid
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select uuid_v7_floor(greatest(
        now() - make_interval(days => coalesce((
            select s.data_retention_days from organization_settings s where s.organization_id = organization), 365)),
        'epoch'::timestamptz))
$$;

-- Deletes messages and audit rows that are older than their own organization keeps them, so many at most; returns how
-- many. Partitions that nobody keeps go whole.
create function purge_retention(batch integer) returns table (kind text, removed bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return query with old as (
        select m.id
        from organizations o
        cross join lateral (
            select m.id from chat_messages m
            where m.organization_id = o.id and m.id < retention_floor(o.id)
            order by m.id limit batch) m
        limit batch
    ), gone as (
        delete from chat_messages m using old where m.id = old.id returning 1
    ) select 'chat_messages', count(*) from gone;
    return query with old as (
        select a.id
        from organizations o
        cross join lateral (
            select a.id from audit_log a
            where a.organization_id = o.id and a.id < retention_floor(o.id)
            order by a.id limit batch) a
        limit batch
    ), gone as (
        delete from audit_log a using old where a.id = old.id returning 1
    ) select 'audit_log', count(*) from gone;
end $$;

-- In which organization of the caller's a thing with this id is; null when it is nowhere, or elsewhere.
create function organization_of(thing uuid) returns uuid
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return (
        select m.organization_id
        from (
            select b.organization_id from knowledge_bases b where b.id = thing
            union all
            select c.organization_id from chats c where c.id = thing
            union all
            select c.organization_id from chat_messages c where c.id = thing
            union all
            select d.organization_id from knowledge_documents d where d.id = thing
            union all
            select d.organization_id from documents d where d.id = thing
            union all
            select w.organization_id from workflows w where w.id = thing
            union all
            select e.organization_id from workflow_executions e where e.id = thing) home
        join organization_members m
            on m.organization_id = home.organization_id and m.user_id = current_user_id() and m.is_active
        limit 1);
end $$;

revoke execute on function
    purge_expired(integer), retention_floor(uuid), purge_retention(integer), organization_of(uuid) from public;
grant execute on function purge_expired(integer), purge_retention(integer), organization_of(uuid) to arketic_app;
grant execute on function purge_expired(integer), purge_retention(integer) to arketic_ops;
