-- The removal of rows that have had their time.

-- Deletes a batch of each kind of expired credentials; returns the numbers. With a wanted kind it deletes
-- that one only. A spent refresh token stays while it
-- would be valid, because its return ends its session.
create or replace function purge_expired(batch integer, wanted text default null) returns table (kind text, removed bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if coalesce(wanted, 'refresh_tokens') = 'refresh_tokens' then
        return query with gone as (
            delete from refresh_tokens where id in (
                select t.id from refresh_tokens t
                where t.expires_at < now() - interval '1 day'
                order by t.expires_at limit batch for update skip locked)
            returning 1
        ) select 'refresh_tokens', count(*) from gone;
    end if;
    if coalesce(wanted, 'user_sessions') = 'user_sessions' then
        return query with gone as (
            delete from user_sessions where id in (
                select s.id from user_sessions s
                where s.revoked_at < now() - interval '1 day'
                   or (s.last_seen_at < now() - interval '1 day'
                       and not exists (select from refresh_tokens t where t.family_id = s.id))
                limit batch for update skip locked)
            returning 1
        ) select 'user_sessions', count(*) from gone;
    end if;
    if coalesce(wanted, 'personal_tokens') = 'personal_tokens' then
        return query with gone as (
            delete from personal_tokens where id in (
                select t.id from personal_tokens t
                where least(t.revoked_at, t.expires_at) < now() - interval '30 days'
                limit batch for update skip locked)
            returning 1
        ) select 'personal_tokens', count(*) from gone;
    end if;
    if coalesce(wanted, 'email_verification_tokens') = 'email_verification_tokens' then
        return query with gone as (
            delete from email_verification_tokens where id in (
                select t.id from email_verification_tokens t
                where t.expires_at < now() - interval '1 day'
                order by t.expires_at limit batch for update skip locked)
            returning 1
        ) select 'email_verification_tokens', count(*) from gone;
    end if;
    if coalesce(wanted, 'password_reset_tokens') = 'password_reset_tokens' then
        return query with gone as (
            delete from password_reset_tokens where id in (
                select t.id from password_reset_tokens t
                where t.expires_at < now() - interval '1 day'
                order by t.expires_at limit batch for update skip locked)
            returning 1
        ) select 'password_reset_tokens', count(*) from gone;
    end if;
    if coalesce(wanted, 'attempts') = 'attempts' then
        return query with gone as (
            delete from attempts where subject in (
                select a.subject from attempts a
                where a.full_at < now()
                order by a.full_at limit batch for update skip locked)
            returning 1
        ) select 'attempts', count(*) from gone;
    end if;
    if coalesce(wanted, 'idempotency_keys') = 'idempotency_keys' then
        return query with gone as (
            delete from idempotency_keys where id in (
                select k.id from idempotency_keys k
                where k.expires_at < now()
                order by k.expires_at limit batch for update skip locked)
            returning 1
        ) select 'idempotency_keys', count(*) from gone;
    end if;
end $$;

-- Returns the lowest id that an organization keeps.
create or replace function retention_floor(organization uuid) returns uuid
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select uuid_v7_floor(greatest(
        now() - make_interval(days => coalesce((
            select s.data_retention_days from organization_settings s where s.organization_id = organization), 365)),
        'epoch'::timestamptz))
$$;

-- Deletes messages, audit rows, former versions of documents and ended runs of workflows that are older than their own organization keeps them, so many at
-- most; returns how many. A version that an answer cites stays. Of messages the audit log has one row for each organization.
create or replace function purge_retention(batch integer, wanted text default null) returns table (kind text, removed bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
    part record;
    tally jsonb := '{}';
    messages bigint := 0;
begin
    if coalesce(wanted, 'chat_messages') = 'chat_messages' then
        insert into purging values (true);
        for part in
            with old as (
                select m.id
                from organizations o
                cross join lateral (
                    select m.id from chat_messages m
                    where m.organization_id = o.id and m.id < retention_floor(o.id)
                    order by m.id limit batch) m
                limit batch
            ), gone as (
                delete from chat_messages m using old where m.id = old.id
                returning m.organization_id, m.chat_id, m.sender_id, m.is_deleted, m.tokens_used
            )
            select g.organization_id, g.chat_id, g.sender_id, count(*) as rows,
                count(*) filter (where not g.is_deleted) as shown, coalesce(sum(g.tokens_used), 0) as tokens
            from gone g group by 1, 2, 3 order by 2, 3
        loop
            update chats c
            set message_count = c.message_count - part.shown, total_tokens_used = c.total_tokens_used - part.tokens
            where c.id = part.chat_id;
            update chat_participants p set message_count = p.message_count - part.shown
            where p.chat_id = part.chat_id and p.user_id = part.sender_id;
            messages := messages + part.rows;
            tally := tally || jsonb_build_object(part.organization_id::text,
                coalesce((tally ->> part.organization_id::text)::bigint, 0) + part.rows);
        end loop;
        insert into audit_log (organization_id, action, table_name, before)
        select t.key::uuid, 'delete', 'chat_messages', jsonb_build_object('rows', t.value, 'reason', 'data_retention_days')
        from jsonb_each(tally) t
        where not exists (
            select from organization_settings s where s.organization_id = t.key::uuid and not s.enable_audit_logging);
        delete from purging;
        return query select 'chat_messages', messages;
    end if;
    if coalesce(wanted, 'audit_log') = 'audit_log' then
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
    end if;
    if coalesce(wanted, 'workflow_executions') = 'workflow_executions' then
        return query with old as (
            select e.id
            from organizations o
            cross join lateral (
                select e.id from workflow_executions e
                where e.organization_id = o.id and e.id < retention_floor(o.id) and e.completed_at is not null
                order by e.id limit batch) e
            limit batch
        ), gone as (
            delete from workflow_executions e using old where e.id = old.id returning 1
        ) select 'workflow_executions', count(*) from gone;
    end if;
    if coalesce(wanted, 'workflow_deliveries') = 'workflow_deliveries' then
        return query with old as (
            select d.id
            from organizations o
            cross join lateral (
                select d.id from workflow_deliveries d
                where d.organization_id = o.id and d.id < retention_floor(o.id)
                order by d.id limit batch) d
            limit batch
        ), gone as (
            delete from workflow_deliveries d using old where d.id = old.id returning 1
        ) select 'workflow_deliveries', count(*) from gone;
    end if;
    if coalesce(wanted, 'document_versions') = 'document_versions' then
        return query with old as (
            select d.id
            from organization_settings s
            cross join lateral (
                select v.id
                from (
                    select d.id, d.version_of_id, d.version_number,
                        row_number() over (partition by d.version_of_id order by d.version_number desc) as place
                    from documents d
                    where d.organization_id = s.organization_id and d.version_of_id is not null) v
                where v.place >= s.document_versions_kept
                  and not exists (
                    select from message_citations c
                    where c.source_document_id = v.version_of_id and c.source_version = v.version_number)
                limit batch) d
            where s.document_versions_kept is not null
            limit batch
        ), gone as (
            delete from documents d using old where d.id = old.id returning 1
        ) select 'document_versions', count(*) from gone;
    end if;
end $$;

-- Deletes a batch of events older than a week; returns their number. The last event of a chat stays, because its
-- numbers continue.
create or replace function purge_chat_events(batch integer) returns table (kind text, removed bigint)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with old as (
        select e.chat_id, e.number from chat_events e
        where e.occurred_at < now() - interval '7 days'
          and e.number < (select max(n.number) from chat_events n where n.chat_id = e.chat_id)
        order by e.occurred_at
        limit batch
    ), gone as (
        delete from chat_events e using old where e.chat_id = old.chat_id and e.number = old.number returning 1
    ) select 'chat_events', count(*) from gone
$$;

-- Deletes a batch of stored vectors that expired, and counts of words that are a day old; returns the numbers.
create or replace function purge_embedding_cache(batch integer) returns table (kind text, removed bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return query with gone as (
        delete from embedding_cache where (organization_id, content_hash, embedding_model) in (
            select e.organization_id, e.content_hash, e.embedding_model from embedding_cache e
            where e.kept_until < now()
            order by e.kept_until limit batch for update skip locked)
        returning 1
    ) select 'embedding_cache', count(*) from gone;
    return query with gone as (
        delete from knowledge_words where (knowledge_base_id, search_config) in (
            select w.knowledge_base_id, w.search_config from knowledge_words w
            where w.counted_at < now() - interval '1 day'
            order by w.counted_at limit batch for update skip locked)
        returning 1
    ) select 'knowledge_words', count(*) from gone;
end $$;

revoke execute on function
    purge_expired(integer, text), retention_floor(uuid), purge_retention(integer, text), purge_chat_events(integer),
    purge_embedding_cache(integer) from public;
grant execute on function
    purge_expired(integer, text), purge_retention(integer, text), purge_chat_events(integer),
    purge_embedding_cache(integer) to arketic_maintenance, arketic_ops;
