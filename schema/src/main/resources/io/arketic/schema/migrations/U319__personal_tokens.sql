-- The functions as they were without personal tokens.
create or replace function record_change() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    -- What follows from other rows, or says only when a row was touched.
    derived constant text[] := array[
        'updated_at', 'last_activity_at', 'message_count', 'total_tokens_used', 'document_count', 'total_chunks',
        'total_size_bytes', 'current_members', 'current_storage_mb', 'current_storage_bytes',
        'ai_requests_this_month', 'usage_month', 'execution_count', 'success_count', 'failure_count',
        'avg_execution_time', 'last_execution_number', 'last_run_at', 'next_run_at', 'view_count', 'download_count',
        'last_used_at', 'folder_path', 'compared_name', 'place_id', 'access_ids', 'last_read_message_id'];
    was jsonb;
    is_now jsonb;
    whole jsonb;
    tenant uuid;
    base uuid;
    private_owner uuid;
    -- What only the participants of a chat read: the log tells others that it changed.
    unread constant text[] := case tg_argv[0]
        when 'chats' then array['title', 'system_prompt']
        when 'chat_messages' then array['file_url']
        when 'chat_files' then array['filename', 'object_key']
        when 'message_citations' then array['filename', 'file_path', 'title']
        when 'message_feedback' then array['comment']
        else '{}' end;
begin
    if tg_argv[0] in ('chat_messages', 'message_citations', 'message_feedback', 'chat_files', 'chat_participants')
        and tg_op <> 'INSERT' and exists (select from purging) then
        return null;
    end if;
    -- Megabytes, and what follows from them. A knowledge document's content_hash stands for its text.
    if tg_argv[0] = 'knowledge_documents' then
        if tg_op <> 'INSERT' then
            old.extracted_text := null;
            old.page_starts := '{}';
            old.search_vector := null;
        end if;
        if tg_op <> 'DELETE' then
            new.extracted_text := null;
            new.page_starts := '{}';
            new.search_vector := null;
        end if;
    elsif tg_argv[0] = 'documents' then
        if tg_op <> 'INSERT' then
            old.search_vector := null;
        end if;
        if tg_op <> 'DELETE' then
            new.search_vector := null;
        end if;
    end if;
    if tg_op <> 'INSERT' then
        was := to_jsonb(old);
    end if;
    if tg_op <> 'DELETE' then
        is_now := to_jsonb(new);
    end if;
    whole := coalesce(is_now, was);
    if tg_op = 'UPDATE' then
        select jsonb_object_agg(w.key, w.value), jsonb_object_agg(w.key, is_now -> w.key)
        into was, is_now
        from jsonb_each(was) w
        where w.value is distinct from is_now -> w.key and not w.key = any (derived);
        if was is null then
            return null;
        end if;
    end if;
    tenant := case tg_argv[0]
        when 'organizations' then (whole ->> 'id')::uuid
        else coalesce((whole ->> 'organization_id')::uuid, current_organization_id()) end;
    -- That auditing was switched off is on record, too.
    if tg_argv[0] <> 'organization_settings' and exists (
        select from organization_settings s where s.organization_id = tenant and not s.enable_audit_logging) then
        return null;
    end if;
    -- What only its owner sees in its table, only its owner sees here.
    base := case when tg_argv[0] <> 'knowledge_bases' then (whole ->> 'knowledge_base_id')::uuid end;
    if tg_argv[0] = 'knowledge_bases' and whole ->> 'knowledge_base_type' = 'personal'
        or tg_argv[0] = 'documents' and whole ->> 'share_level' in ('private', 'restricted') then
        private_owner := (whole ->> 'owner_id')::uuid;
    elsif tg_argv[0] = 'message_citations' then
        private_owner := (whole ->> 'private_to')::uuid;
    elsif base is not null then
        select case when b.knowledge_base_type = 'personal' then b.owner_id end into private_owner
        from knowledge_bases b where b.id = base;
        if not found then
            select a.private_to into private_owner from audit_log a
            where a.row_id = base and a.table_name = 'knowledge_bases'
            order by a.id desc limit 1;
            if not found then
                -- It may have been personal.
                private_owner := coalesce(current_user_id(), base);
            end if;
        end if;
    end if;
    was := was || (
        select coalesce(jsonb_object_agg(k, '***'::text), '{}') from unnest(unread) k where was ->> k is not null);
    is_now := is_now || (
        select coalesce(jsonb_object_agg(k, '***'::text), '{}') from unnest(unread) k where is_now ->> k is not null);
    insert into audit_log (organization_id, user_id, action, table_name, row_id, before, after, request_id, private_to)
    values (
        tenant, current_user_id(), lower(tg_op)::audit_action, tg_argv[0],
        coalesce(whole ->> 'id', whole ->> 'chat_id')::uuid, audited(was), audited(is_now),
        nullif(current_setting('app.request_id', true), ''), private_owner);
    return null;
end $$;

create or replace function ended_credentials(credentials uuid[]) returns setof uuid
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return query
    select given from unnest(credentials) given
    where not exists (
        select from user_sessions s
        join users u on u.id = s.user_id and u.is_active and u.status = 'active'
        where s.id = given and s.revoked_at is null
          and s.created_at >= coalesce(u.sessions_revoked_at, '-infinity')
          and (s.ends_at is null or s.ends_at > now())
          and not exists (
              select from organization_members m
              join organization_settings t on t.organization_id = m.organization_id
              where m.user_id = s.user_id and m.is_active
                and s.last_seen_at <= now() - make_interval(mins => t.session_timeout_minutes)))
      and not exists (
        select from api_keys k
        join organizations o on o.id = k.organization_id and o.status in ('active', 'trial')
        join organization_settings t on t.organization_id = k.organization_id and t.enable_api_access
        join users u on u.id = k.created_by_id and u.is_active and u.status = 'active'
        where k.id = given and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()));
end $$;

create or replace function claim_unverified_account(encoded text) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update users u
    set password_hash = encoded, password_changed_at = now(), is_verified = true, email_verified_at = now(),
        status = 'active', two_factor_secret = null, last_totp_step = null, sessions_revoked_at = now()
    where u.id = current_user_id() and not u.is_verified and u.role = 'user' and not u.two_factor_enabled;
    if not found then
        return false;
    end if;
    update user_sessions s set revoked_at = now() where s.user_id = current_user_id() and s.revoked_at is null;
    update api_keys k set revoked_at = now() where k.created_by_id = current_user_id() and k.revoked_at is null;
    delete from email_verification_tokens t where t.user_id = current_user_id();
    delete from password_reset_tokens t where t.user_id = current_user_id();
    return true;
end $$;

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

create or replace function end_provider_sessions(
        ended_provider text, ended_subject text, ended_session text, reported timestamptz) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    ended integer;
begin
    if current_user_id() is not null or current_organization_id() is not null then
        return 0;
    end if;
    update user_sessions s set revoked_at = now()
    where s.provider = ended_provider and s.revoked_at is null and s.created_at <= reported
      and (ended_subject is null or s.provider_subject = ended_subject)
      and (ended_session is null or s.provider_session = ended_session);
    get diagnostics ended = row_count;
    return ended;
end $$;

create or replace function unlink_identity(member uuid) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    of_provider text := (select p.id::text from identity_providers p where p.organization_id = current_organization_id());
    person uuid := (
        select m.user_id from organization_members m
        where m.id = member and m.organization_id = current_organization_id());
begin
    if not administers_organization() then
        raise insufficient_privilege using message = 'only an admin removes a link';
    end if;
    delete from user_identities i where i.user_id = person and i.provider = of_provider;
    if not found then
        return false;
    end if;
    update user_sessions s set revoked_at = now()
    where s.user_id = person and s.provider = of_provider and s.revoked_at is null;
    return true;
end $$;

create or replace function forget_identity_provider() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        delete from user_identities i where i.provider = old.id::text;
        update user_sessions s set revoked_at = now() where s.provider = old.id::text and s.revoked_at is null;
    elsif new.issuer <> old.issuer or new.client_id <> old.client_id then
        delete from user_identities i where i.provider = old.id::text and i.issuer <> new.issuer;
        update user_sessions s set revoked_at = now() where s.provider = old.id::text and s.revoked_at is null;
    elsif new.second_factor_values <> old.second_factor_values then
        update user_sessions s set provider_factor = false where s.provider = old.id::text and s.provider_factor;
    end if;
    return null;
end $$;
drop function enter_personal_token(text);
drop function resume_personal_token(uuid);
drop function credential_name(uuid);
alter table audit_log drop column credential;
drop table personal_tokens;
