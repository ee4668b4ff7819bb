-- Earlier programs have no text for this kind.
delete from notifications where kind = 'approval';
drop trigger workflow_step_runs_notify on workflow_step_runs;
drop trigger workflow_step_runs_decided on workflow_step_runs;
drop function notify_approval();
drop function notify_decided();

-- Users with unread notifications that no mail has told them of, as far as they asked for mails.
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
        where n.user_id = u.id and n.read_at is null and n.mailed_at is null) w
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
        returning n.id, n.kind, n.content, n.organization_id, n.created_at
    )
    select c.kind::text, c.content, o.name::text, c.created_at
    from claimed c
    left join organizations o on o.id = c.organization_id
    order by c.id
$$;
