-- Counters are the database's alone; AI requests are charged; one query names what has drifted.

alter table organizations add column usage_month date not null default date_trunc('month', now() at time zone 'UTC');

-- Refuses what the application would write into a counter itself. The arguments are the counters.
create function refuse_counters() returns trigger
    language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    is_now jsonb;
    was jsonb;
begin
    if current_user = 'arketic_app' then
        is_now := to_jsonb(new);
        was := case tg_op when 'UPDATE' then to_jsonb(old) else '{}' end;
        for i in 0..tg_nargs - 1 loop
            if coalesce(is_now ->> tg_argv[i], '0') <> coalesce(was ->> tg_argv[i], '0') then
                raise insufficient_privilege using message = format(
                    '%s.%s is kept by the database; change what it counts', tg_table_name, tg_argv[i]);
            end if;
        end loop;
    end if;
    return new;
end $$;

do $$
declare
    counted record;
begin
    for counted in select * from (values
        ('organizations', array['current_members', 'current_storage_bytes', 'current_storage_mb',
            'ai_requests_this_month']),
        ('chats', array['message_count', 'total_tokens_used']),
        ('chat_participants', array['message_count']),
        ('knowledge_bases', array['document_count', 'total_chunks', 'total_size_bytes']),
        ('workflows', array['execution_count', 'success_count', 'failure_count', 'avg_execution_time',
            'last_execution_number'])) v(name, counters)
    loop
        execute format(
            'create trigger %I before insert or update of %s on %I for each row execute function refuse_counters(%s)',
            counted.name || '_guard', array_to_string(counted.counters, ', '), counted.name,
            (select string_agg(quote_literal(c), ', ') from unnest(counted.counters) c));
    end loop;
end $$;

-- Counting does not touch a row, as it does not a knowledge base: updated_at is what a caller's If-Match speaks of.
drop trigger organizations_touch on organizations;
create trigger organizations_touch
    before update of name, slug, description, status, subscription_tier, max_members, max_storage_gb,
        max_ai_requests_per_month, trial_ends_at, subscription_ends_at
    on organizations
    for each row execute function touch_updated_at();
drop trigger chats_touch on chats;
create trigger chats_touch
    before update of creator_id, title, chat_type, ai_model, system_prompt, temperature, enable_ai_responses, is_archived
    on chats
    for each row execute function touch_updated_at();

-- Takes one of the current organization's AI requests of this month (UTC); returns how many are left. Refuses when
-- there is none, or what was spent has reached the month's budget. Commit it before the request is made: the row of the
-- organization is locked until then.
create function charge_ai_request() returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    tenant uuid := current_organization_id();
    month date := date_trunc('month', now() at time zone 'UTC');
    remaining integer;
begin
    if exists (
        select from usage_periods u
        join organization_settings s on s.organization_id = u.organization_id
        where u.organization_id = tenant and u.period_start = month and u.ai_cost >= s.ai_cost_budget_monthly) then
        perform limit_reached('54Q04', 'the organization has spent its AI budget of this month',
            'wait for the next month or raise ai_cost_budget_monthly');
    end if;
    update organizations o
    set ai_requests_this_month = case o.usage_month when month then o.ai_requests_this_month else 0 end + 1,
        usage_month = month
    where o.id = tenant
      and case o.usage_month when month then o.ai_requests_this_month else 0 end < o.max_ai_requests_per_month
    returning o.max_ai_requests_per_month - o.ai_requests_this_month into remaining;
    if not found then
        if not exists (select from organizations o where o.id = tenant) then
            raise insufficient_privilege using message = 'no organization to charge';
        end if;
        perform limit_reached('54Q03', 'the organization has made as many AI requests this month as it may',
            'wait for the next month or raise max_ai_requests_per_month');
    end if;
    insert into usage_periods as u (organization_id, period_start, ai_requests) values (tenant, month, 1)
    on conflict (organization_id, period_start) do update
    set ai_requests = u.ai_requests + 1, updated_at = now();
    return remaining;
end $$;

-- Adds what a charged request turned out to use.
create function record_ai_usage(tokens bigint, cost decimal) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into usage_periods as u (organization_id, period_start, ai_tokens, ai_cost)
    select current_organization_id(), date_trunc('month', now() at time zone 'UTC'), tokens, cost
    where current_organization_id() is not null
    on conflict (organization_id, period_start) do update
    set ai_tokens = u.ai_tokens + excluded.ai_tokens, ai_cost = u.ai_cost + excluded.ai_cost, updated_at = now()
$$;

-- Begins the month for organizations that made no request in it yet; returns how many.
create function reset_monthly_usage() returns integer
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with begun as (
        update organizations o
        set ai_requests_this_month = 0, usage_month = date_trunc('month', now() at time zone 'UTC')
        where o.usage_month < date_trunc('month', now() at time zone 'UTC')
        returning 1
    )
    select count(*)::integer from begun
$$;

-- Every counter that is not what it counts; no row when all is well. Reads everything: for operators.
create function counter_drift()
    returns table (table_name text, row_id uuid, counter text, stored numeric, counted numeric)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with counts (table_name, row_id, counter, stored, counted) as (
        select 'organizations', o.id, 'current_members', o.current_members::numeric, (
            select count(*) from organization_members m where m.organization_id = o.id and m.is_active)::numeric
        from organizations o
        union all
        select 'organizations', o.id, 'current_storage_bytes', o.current_storage_bytes, (
            select coalesce(sum(d.file_size), 0) from knowledge_documents d
            where d.organization_id = o.id and d.status not in ('deleted', 'failed')) + (
            select coalesce(sum(d.file_size), 0) from documents d
            where d.organization_id = o.id and d.status not in ('deleted', 'failed'))
        from organizations o
        union all
        select 'organizations', o.id, 'current_storage_mb', o.current_storage_mb, o.current_storage_bytes / 1048576
        from organizations o
        union all
        select 'organizations', o.id, 'ai_requests_this_month', o.ai_requests_this_month, coalesce((
            select u.ai_requests from usage_periods u
            where u.organization_id = o.id and u.period_start = o.usage_month), 0)
        from organizations o
        union all
        select 'knowledge_bases', b.id, c.counter, c.stored, c.counted
        from knowledge_bases b
        cross join lateral (
            select count(*) as documents, coalesce(sum(d.chunk_count), 0) as chunks,
                coalesce(sum(d.file_size), 0) as bytes
            from knowledge_documents d where d.knowledge_base_id = b.id and d.status <> 'deleted') d
        cross join lateral (values
            ('document_count', b.document_count::numeric, d.documents::numeric),
            ('total_chunks', b.total_chunks, d.chunks),
            ('total_size_bytes', b.total_size_bytes, d.bytes)) c(counter, stored, counted)
        union all
        select 'knowledge_documents', d.id, 'chunk_count', d.chunk_count, (
            select count(*) from knowledge_chunks k
            where k.document_id = d.id and k.generation = d.indexed_generation)
        from knowledge_documents d
        where d.status = 'completed'
        union all
        select 'chats', c.id, v.counter, v.stored, v.counted
        from chats c
        cross join lateral (
            select count(*) filter (where not m.is_deleted) as messages, coalesce(sum(m.tokens_used), 0) as tokens
            from chat_messages m where m.chat_id = c.id) m
        cross join lateral (values
            ('message_count', c.message_count::numeric, m.messages::numeric),
            ('total_tokens_used', c.total_tokens_used, m.tokens)) v(counter, stored, counted)
        union all
        select 'chat_participants', p.id, 'message_count', p.message_count, (
            select count(*) from chat_messages m
            where m.chat_id = p.chat_id and m.sender_id = p.user_id and not m.is_deleted)
        from chat_participants p
        union all
        select 'workflows', w.id, v.counter, v.stored, v.counted
        from workflows w
        cross join lateral (
            select count(*) as runs, count(*) filter (where e.status = 'completed') as completed,
                count(*) filter (where e.status in ('failed', 'timed_out')) as failed,
                (avg(coalesce(e.duration_seconds, 0)) filter (where e.status = 'completed'))::decimal(10, 2) as average
            from workflow_executions e where e.workflow_id = w.id) e
        cross join lateral (values
            ('execution_count', w.execution_count::numeric, e.runs::numeric),
            ('success_count', w.success_count, e.completed),
            ('failure_count', w.failure_count, e.failed),
            ('avg_execution_time', w.avg_execution_time, e.average)) v(counter, stored, counted)
    )
    select * from counts c where c.stored is distinct from c.counted
$$;
create policy definer_all on workflow_executions to arketic_owner using (true);

revoke execute on function
    charge_ai_request(), record_ai_usage(bigint, decimal), reset_monthly_usage(), counter_drift() from public;
grant execute on function charge_ai_request(), record_ai_usage(bigint, decimal), reset_monthly_usage() to arketic_app;
grant execute on function reset_monthly_usage(), counter_drift() to arketic_ops;
