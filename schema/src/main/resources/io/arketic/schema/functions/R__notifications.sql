-- Notifications: what a user is told, once for each occasion.

-- Tells a user, unless it switched notifications off: all of them, or in custom_settings those of this kind.
create or replace function notify_user(person uuid, tenant uuid, what text, occasion text, said jsonb) returns void
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
    if person is null or exists (
        select from user_preferences p
        where p.user_id = person
          and (not p.notifications_enabled or p.custom_settings #>> array['notifications', what] = 'off')) then
        return;
    end if;
    insert into notifications (user_id, organization_id, kind, occasion, content)
    values (person, tenant, what, notify_user.occasion, said)
    on conflict do nothing;
    if found then
        perform pg_notify('arketic_notification', person::text);
    end if;
end $$;
revoke execute on function notify_user(uuid, uuid, text, text, jsonb) from public;

-- A reply tells the author of the message, and @username the participant of that name.
create or replace function notify_message() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    said jsonb := jsonb_build_object(
        'chat_id', new.chat_id, 'message_id', new.id, 'sender_id', new.sender_id);
    told record;
begin
    for told in
        select p.user_id, r.sender_id is not null as replied
        from chat_participants p
        join users u on u.id = p.user_id
        left join chat_messages r on r.id = new.reply_to_id and r.chat_id = new.chat_id and r.sender_id = p.user_id
        where p.chat_id = new.chat_id and p.is_active and not p.is_muted and p.user_id <> new.sender_id
          and (r.sender_id is not null
            or new.content ~* concat(
                '(^|[^[:alnum:]_@.-])@', replace(u.username, '.', '\.'),
                '($|[^[:alnum:]_.-]|[.-]($|[^[:alnum:]]))'))
          and (r.sender_id is not null or u.username is not null)
    loop
        perform notify_user(told.user_id, new.organization_id, case when told.replied then 'reply' else 'mention' end,
            new.id::text, said);
    end loop;
    return null;
end $$;

create or replace function notify_participant() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if new.user_id <> current_user_id() then
        perform notify_user(new.user_id, new.organization_id, 'chat_shared', new.chat_id::text,
            jsonb_build_object('chat_id', new.chat_id, 'sender_id', current_user_id()));
    end if;
    return null;
end $$;

-- The user that uploaded a document is told of each version that was read, or why it was not.
create or replace function notify_document() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform notify_user(new.uploaded_by_id, new.organization_id,
        case new.status when 'failed' then 'document_failed' else 'document_read' end,
        new.id || ':' || new.version || ':' || coalesce(new.object_etag, ''),
        jsonb_build_object('document_id', new.id, 'knowledge_base_id', new.knowledge_base_id, 'filename', new.filename,
            'reason', case when new.status = 'failed' then left(new.processing_error, 300) end));
    return null;
end $$;

create or replace function notify_generation() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform notify_user(b.owner_id, new.organization_id,
        case new.state when 'failed' then 'reindex_failed' else 'reindex_done' end,
        new.knowledge_base_id || ':' || new.generation,
        jsonb_build_object('knowledge_base_id', b.id, 'name', b.name, 'generation', new.generation))
    from knowledge_bases b
    where b.id = new.knowledge_base_id and new.generation > 1;
    return null;
end $$;

-- Owners and admins are told once a month that four fifths of the budget are spent.
create or replace function notify_budget() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform notify_user(m.user_id, new.organization_id, 'budget', new.organization_id || ':' || new.period_start,
        jsonb_build_object('spent', new.ai_cost, 'budget', s.ai_cost_budget_monthly))
    from organization_settings s
    join organization_members m on m.organization_id = s.organization_id and m.is_active and m.role in ('owner', 'admin')
    where s.organization_id = new.organization_id and s.ai_cost_budget_monthly > 0
      and new.ai_cost >= 0.8 * s.ai_cost_budget_monthly;
    return null;
end $$;

-- A login by a program or browser that the account has not used before, except its first one.
create or replace function notify_session() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from user_sessions s where s.user_id = new.user_id and s.id <> new.id) and not exists (
        select from user_sessions s
        where s.user_id = new.user_id and s.id <> new.id and s.user_agent is not distinct from new.user_agent) then
        perform notify_user(new.user_id, null, 'sign_in', new.id::text,
            jsonb_build_object('session_id', new.id, 'user_agent', new.user_agent));
    end if;
    return null;
end $$;

-- Each member that may decide is told of a step that waits for decisions, as Approvals lists them.
create or replace function notify_approval() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform notify_user(m.user_id, new.organization_id, 'approval', new.id::text,
        jsonb_build_object('workflow_id', e.workflow_id, 'execution_id', e.id, 'step', new.step, 'name', w.name))
    from workflow_executions e
    join workflows w on w.id = e.workflow_id
    join organization_members m on m.organization_id = new.organization_id and m.is_active and m.role <> 'viewer'
    where e.id = new.execution_id
      and not (new.state ->> 'four_eyes' = 'true' and e.acting_user_id is not distinct from m.user_id)
      and case when jsonb_array_length(new.state -> 'users') > 0
          then new.state -> 'users' @> to_jsonb(m.user_id::text)
          else m.role = 'owner' or m.role::text = new.state ->> 'role'
            or m.role = 'admin' and new.state ->> 'role' = 'member' end;
    return null;
end $$;

-- A step that waits for no further decision is read by all.
create or replace function notify_decided() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    person uuid;
begin
    for person in
        update notifications n set read_at = now()
        where n.kind = 'approval' and n.occasion = new.id::text and n.read_at is null
          and n.user_id in (
            select m.user_id from organization_members m where m.organization_id = new.organization_id)
        returning n.user_id
    loop
        perform pg_notify('arketic_notification', person::text);
    end loop;
    return null;
end $$;

-- An invitation tells the account of its address, which is no member yet.
create or replace function notify_invitation() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform notify_user(u.id, null, 'invited', new.id::text,
        jsonb_build_object('organization', o.name, 'role', new.role, 'sender_id', new.invited_by_id))
    from users u
    join organizations o on o.id = new.organization_id
    where lower(u.email) = lower(new.email) and u.is_active and u.is_verified;
    return null;
end $$;
revoke execute on function
    notify_message(), notify_participant(), notify_document(), notify_generation(), notify_budget(), notify_session(),
    notify_invitation(), notify_approval(), notify_decided()
    from public;

-- Tells the makers of API keys a week before they expire; and the owners and admins of an organization a week before its
-- trial or subscription ends, and again when it has ended. Each end is told once.
create or replace function notify_deadlines() returns bigint
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with due as materialized (
        select k.created_by_id as person, k.organization_id as tenant, 'key_expires' as what, k.id::text as occasion,
            jsonb_build_object('key_id', k.id, 'name', k.name, 'expires_at', k.expires_at) as said
        from api_keys k
        where k.revoked_at is null and k.created_by_id is not null
          and k.expires_at > now() and k.expires_at <= now() + interval '7 days'
        union all
        select m.user_id, o.id, case when e.ends_at > now() then 'subscription_ends' else 'subscription_ended' end,
            o.id || ':' || e.ends_at, jsonb_build_object('name', o.name, 'ends_at', e.ends_at)
        from organizations o
        cross join lateral (
            select least(case o.status when 'trial' then o.trial_ends_at end, o.subscription_ends_at) as ends_at) e
        join organization_members m on m.organization_id = o.id and m.is_active and m.role in ('owner', 'admin')
        where o.status in ('active', 'trial')
          and e.ends_at between now() - interval '7 days' and now() + interval '7 days'
    ), told as materialized (
        select notify_user(d.person, d.tenant, d.what, d.occasion, d.said)
        from due d
        where not exists (
            select from notifications n where n.user_id = d.person and n.kind = d.what and n.occasion = d.occasion)
    )
    select count(*) from told
$$;

-- Deletes notifications older than 90 days. So many at most; returns how many.
create or replace function purge_notifications(batch integer) returns table (kind text, removed bigint)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with old as (
        select n.id from notifications n where n.created_at < now() - interval '90 days' order by n.created_at limit batch
    ), gone as (
        delete from notifications n using old where n.id = old.id returning 1
    ) select 'notifications', count(*) from gone
$$;
revoke execute on function notify_deadlines(), purge_notifications(integer) from public;
grant execute on function notify_deadlines(), purge_notifications(integer) to arketic_maintenance, arketic_ops;

-- Users with unread notifications that no mail has told them of, as far as they asked for mails, also of this kind.
create or replace function notification_mails_due() returns table (
        user_id uuid, email text, language text, timezone text, settings jsonb, oldest timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.id, u.email::text, coalesce(f.language, 'en')::text, coalesce(f.timezone, 'UTC')::text,
        p.custom_settings -> 'notifications', w.oldest
    from user_preferences p
    join users u on u.id = p.user_id and u.is_active and u.is_verified and u.status = 'active'
    left join user_profiles f on f.user_id = u.id
    cross join lateral (
        select min(n.created_at) as oldest from notifications n
        where n.user_id = u.id and n.read_at is null and n.mailed_at is null
          and p.custom_settings #>> array['notifications', n.kind, 'mail'] is distinct from 'off') w
    where p.notifications_enabled and w.oldest is not null
      and p.custom_settings #>> '{notifications,mail}' in ('now', 'hourly', 'daily')
$$;

-- Claims what the next mail to the user tells, so that no second mail does: also where the process ends before it is sent.
create or replace function claim_notification_mail(person uuid)
    returns table (kind text, content jsonb, organization text, created_at timestamptz)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with claimed as (
        update notifications n set mailed_at = now()
        where n.user_id = person and n.read_at is null and n.mailed_at is null
          and (n.organization_id is null or exists (
            select from organization_members m
            where m.user_id = person and m.organization_id = n.organization_id and m.is_active))
          and not exists (
            select from user_preferences p
            where p.user_id = person and p.custom_settings #>> array['notifications', n.kind, 'mail'] = 'off')
        returning n.id, n.kind, n.content, n.organization_id, n.created_at
    )
    select c.kind::text, c.content, o.name::text, c.created_at
    from claimed c
    left join organizations o on o.id = c.organization_id
    order by c.id
$$;
revoke execute on function notification_mails_due(), claim_notification_mail(uuid) from public;
grant execute on function notification_mails_due(), claim_notification_mail(uuid) to arketic_maintenance;
