-- Who changed what: one row for each row of a tenant's that was inserted, updated or deleted, by month as messages are.

create type audit_action as enum ('insert', 'update', 'delete');

-- No foreign keys: what was done stays on record when the row, the user or the organization goes.
create table audit_log (
    id uuid primary key default uuid_v7(),
    -- Null for a user's own rows that were changed outside of any organization: for operators only.
    organization_id uuid,
    -- Null when the pipeline or an operator did it.
    user_id uuid,
    action audit_action not null,
    table_name text not null,
    row_id uuid,
    -- Of an update only the columns that changed.
    before jsonb,
    after jsonb,
    request_id text,
    occurred_at timestamptz not null default clock_timestamp()
) partition by range (id);
create index idx_audit_org on audit_log (organization_id, id);
create index idx_audit_row on audit_log (row_id, id);
create index idx_audit_user on audit_log (user_id, id);
create index idx_audit_occurred on audit_log (occurred_at);
do $$ begin
    perform create_months('audit_log', null);
end $$;

alter table audit_log enable row level security;
alter table audit_log force row level security;
create policy audit_read on audit_log for select to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (
            select from organization_members m
            where m.organization_id = (select current_organization_id()) and m.user_id = (select current_user_id())
              and m.role in ('owner', 'admin') and m.is_active));
create policy definer_all on audit_log to arketic_owner using (true);
create policy operator_read on audit_log for select to arketic_ops using (true);
-- Append-only: rows come from the triggers alone.
grant select on audit_log to arketic_app, arketic_ops;

-- A row as the log keeps it: secrets masked, long texts by length and hash.
create function audited(fields jsonb) returns jsonb
    language sql immutable parallel safe set search_path = pg_catalog, public, pg_temp as $$
    select jsonb_object_agg(f.key, case
        when jsonb_typeof(f.value) = 'null' then f.value
        when f.key in (
            'password_hash', 'two_factor_secret', 'token_hash', 'key_hash', 'code_hash', 'encrypted_key')
            then to_jsonb('***'::text)
        when f.key in ('content', 'content_text', 'quote') or octet_length(f.value #>> '{}') > 1000
            then jsonb_build_object(
                'bytes', octet_length(f.value #>> '{}'),
                'sha256', encode(sha256(convert_to(f.value #>> '{}', 'UTF8')), 'hex'))
        else f.value end)
    from jsonb_each(fields) f
$$;
revoke execute on function audited(jsonb) from public;

-- The trigger's argument is the table, since a partition would give its own name.
create function record_change() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    -- What follows from other rows, or says only when a row was touched.
    derived constant text[] := array[
        'updated_at', 'last_activity_at', 'message_count', 'total_tokens_used', 'document_count', 'total_chunks',
        'total_size_bytes', 'current_members', 'current_storage_mb', 'current_storage_bytes',
        'ai_requests_this_month', 'usage_month', 'execution_count', 'success_count', 'failure_count',
        'avg_execution_time', 'last_execution_number', 'last_run_at', 'next_run_at', 'view_count', 'download_count',
        'last_used_at'];
    was jsonb;
    is_now jsonb;
    whole jsonb;
    tenant uuid;
begin
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
    insert into audit_log (organization_id, user_id, action, table_name, row_id, before, after, request_id)
    values (
        tenant, current_user_id(), lower(tg_op)::audit_action, tg_argv[0],
        coalesce(whole ->> 'id', whole ->> 'chat_id')::uuid, audited(was), audited(is_now),
        nullif(current_setting('app.request_id', true), ''));
    return null;
end $$;

do $$
declare
    name text;
begin
    -- Not among them, see RATIONALE.md: chunks, the ledger, generations, the outbox, monthly use and one-time tokens.
    foreach name in array array[
        'organizations', 'organization_members', 'organization_settings', 'organization_invitations', 'api_keys',
        'provider_keys', 'chats', 'chat_messages', 'chat_participants', 'chat_knowledge_bases', 'message_citations',
        'knowledge_bases', 'knowledge_documents', 'documents', 'workflows', 'workflow_steps', 'workflow_executions',
        'users', 'user_profiles', 'user_preferences'] loop
        execute format(
            'create trigger %I after insert or update or delete on %I for each row execute function record_change(%L)',
            name || '_audit', name, name);
    end loop;
end $$;
