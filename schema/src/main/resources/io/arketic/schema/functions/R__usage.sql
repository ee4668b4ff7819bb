-- Charges for AI requests: what they use is reserved before the work, held against the caps, and settled once after it.

-- Adds use to each of its subjects. A request to several knowledge bases counts for each of them, and that of a member
-- of several groups for each group.
create or replace function count_usage(
        tenant uuid, on_day date, person uuid, groups uuid[], model text, bases uuid[], more_requests bigint,
        more_input bigint, more_output bigint, more_cost numeric) returns void
    language sql volatile set search_path = pg_catalog, public, pg_temp as $$
    insert into usage_days as u (
        organization_id, dimension, subject, user_id, day, requests, input_tokens, output_tokens, cost)
    select tenant, s.dimension, s.subject, case s.dimension when 'person' then person end, on_day, more_requests, more_input, more_output, more_cost
    from (
        select 'organization' as dimension, '' as subject
        union
        select 'person', coalesce(person::text, '')
        union
        select 'group', g::text from unnest(groups) g
        union
        select 'model', model where model is not null
        union
        select 'knowledge_base', b::text from unnest(bases) b) s
    -- Concurrent commits lock the rows in the same order.
    order by s.dimension, s.subject
    on conflict (organization_id, dimension, subject, day) do update
    set requests = u.requests + excluded.requests, input_tokens = u.input_tokens + excluded.input_tokens,
        output_tokens = u.output_tokens + excluded.output_tokens, cost = u.cost + excluded.cost
$$;

-- Returns the caps that hold for a request of a person on a day, with what is used and reserved of each. One statement
-- reads both, so that a charge is seen as reserved or as used.
create or replace function caps_of(tenant uuid, asker uuid, asker_groups uuid[], on_day date) returns table (
        id uuid, subject text, group_id uuid, user_id uuid, unit text, period text, amount numeric, begins date, ends date,
        used numeric, reserved numeric)
    language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select c.id, c.subject, c.group_id, case c.subject when 'member' then asker end, c.unit, c.period, c.amount,
        p.begins, p.ends, u.used, r.reserved
    from usage_caps c
    cross join lateral (
        select case c.period when 'day' then on_day else date_trunc('month', on_day::timestamp)::date end as begins,
            case c.period when 'day' then on_day + 1
                else (date_trunc('month', on_day::timestamp) + interval '1 month')::date end as ends) p
    cross join lateral (
        select coalesce(sum(case c.unit
            when 'requests' then d.requests
            when 'tokens' then d.input_tokens + d.output_tokens
            else d.cost end), 0) as used
        from usage_days d
        where d.organization_id = tenant and d.day >= p.begins and d.day < p.ends
          and d.dimension = case c.subject when 'member' then 'person' else c.subject end
          and d.subject = case c.subject
              when 'group' then c.group_id::text when 'member' then asker::text else '' end) u
    cross join lateral (
        select coalesce(sum(case c.unit
            when 'requests' then 0 when 'tokens' then a.reserved_tokens else a.reserved_cost end), 0) as reserved
        from ai_charges a
        where c.unit <> 'requests' and a.organization_id = tenant and a.day >= p.begins and a.day < p.ends
          and a.reserved_until > clock_timestamp()
          and case c.subject
              when 'group' then c.group_id = any (a.groups) when 'member' then a.person = asker else true end) r
    where c.organization_id = tenant
      and case c.subject
          when 'organization' then true
          when 'group' then c.group_id = any (asker_groups)
          else asker is not null and coalesce(c.user_id, asker) = asker end
$$;

-- Tells owners and admins that 80 % of a cap is used, and the member of its own cap: once in each period, and again
-- after the cap has changed.
create or replace function tell_caps(tenant uuid, asker uuid, asker_groups uuid[], on_day date) returns void
    language sql volatile set search_path = pg_catalog, public, pg_temp as $$
    select notify_user(m.user_id, tenant, 'cap', k.occasion,
        jsonb_build_object('subject', c.subject, 'group_id', c.group_id, 'user_id', c.user_id, 'name', g.name,
            'unit', c.unit, 'period', c.period, 'amount', trim_scale(c.amount), 'used', trim_scale(c.used), 'ends_at', c.ends))
    from caps_of(tenant, asker, asker_groups, on_day) c
    left join member_groups g on g.id = c.group_id
    cross join lateral (
        select concat_ws(':', c.id, c.user_id, trim_scale(c.amount), c.begins) as occasion) k
    join organization_members m on m.organization_id = tenant and m.is_active
        and (m.role in ('owner', 'admin') or m.user_id = c.user_id)
    where c.amount > 0 and c.used >= 0.8 * c.amount
      and not exists (
          select from notifications n where n.user_id = m.user_id and n.kind = 'cap' and n.occasion = k.occasion)
$$;

-- Charges one request and reserves the most that it may use, until settle_ai or cancel_ai. It refuses what a cap does not
-- admit. The same id is charged once. Commit it before the work: it locks the organization's row.
create or replace function charge_ai(
        charge uuid, wanted_model text, bases uuid[], most_tokens bigint, most_cost numeric, held_until timestamptz)
    returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    tenant uuid := current_organization_id();
    asker uuid;
    asker_role text;
    asker_groups uuid[];
    known uuid[];
    today date;
    capped boolean;
    refused record;
begin
    perform from organizations o where o.id = tenant for no key update;
    if exists (select from ai_charges a where a.id = charge and a.organization_id = tenant) then
        return;
    end if;
    perform charge_ai_request();
    -- After the lock, which may have been waited for over midnight.
    today := (clock_timestamp() at time zone 'UTC')::date;
    select m.user_id, m.role into asker, asker_role
    from organization_members m
    where m.organization_id = tenant and m.user_id = current_user_id() and m.is_active;
    asker_groups := array(
        select m.group_id from group_members m where m.organization_id = tenant and m.user_id = asker);
    known := array(select b.id from knowledge_bases b where b.organization_id = tenant and b.id = any (bases));
    capped := exists (select from usage_caps c where c.organization_id = tenant);
    if capped then
        select c.*, w.wanted, c.used + w.wanted <= c.amount as waits, g.name into refused
        from caps_of(tenant, asker, asker_groups, today) c
        cross join lateral (
            select case c.unit when 'requests' then 1 when 'tokens' then most_tokens else most_cost end as wanted) w
        left join member_groups g on g.id = c.group_id
        where w.wanted > 0 and c.used + c.reserved + w.wanted > c.amount
        order by waits, c.ends desc
        limit 1;
        if found then
            -- LimitReached makes the text, by what the caller may see.
            raise exception using
                errcode = '54Q07',
                message = 'a cap does not admit the request',
                detail = jsonb_build_object(
                    'role', asker_role, 'subject', refused.subject, 'name', refused.name, 'unit', refused.unit,
                    'period', refused.period, 'amount', trim_scale(refused.amount)::text,
                    'used', trim_scale(refused.used)::text, 'wanted', trim_scale(refused.wanted)::text,
                    'reached', refused.used >= refused.amount, 'waits', refused.waits, 'ends', refused.ends,
                    'seconds', case when refused.waits then 5 else greatest(1, ceil(extract(epoch from
                        (refused.ends::timestamp at time zone 'UTC') - clock_timestamp())))::integer end)::text;
        end if;
    end if;
    insert into ai_charges (
        id, organization_id, person, groups, model, knowledge_bases, day, reserved_tokens, reserved_cost, charged_at,
        reserved_until)
    values (
        charge, tenant, asker, asker_groups, left(wanted_model, 100), known, today, most_tokens, most_cost,
        clock_timestamp(), held_until);
    perform count_usage(tenant, today, asker, asker_groups, left(wanted_model, 100), known, 1, 0, 0, 0);
    if capped then
        perform tell_caps(tenant, asker, asker_groups, today);
    end if;
end $$;

-- Settles a charge of an organization, and tells whether it was still open. The use belongs to the day of the charge.
-- Another model than the charged one takes the request over; null keeps it. Null as use means that it is unknown: what
-- was reserved counts.
create or replace function settle_charge(
        tenant uuid, charge uuid, used_model text, known_input bigint, known_output bigint, known_cost numeric)
    returns boolean
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
    settled ai_charges;
    model text;
    used_input bigint;
    used_output bigint;
    used_cost numeric;
begin
    delete from ai_charges a where a.id = charge and a.organization_id = tenant returning a.* into settled;
    if not found then
        return false;
    end if;
    used_input := coalesce(known_input, settled.reserved_tokens);
    used_output := coalesce(known_output, 0);
    used_cost := coalesce(known_cost, settled.reserved_cost);
    insert into usage_periods as u (organization_id, period_start, ai_tokens, ai_cost)
    values (tenant, date_trunc('month', settled.day::timestamp), used_input + used_output, used_cost)
    on conflict (organization_id, period_start) do update
    set ai_tokens = u.ai_tokens + excluded.ai_tokens, ai_cost = u.ai_cost + excluded.ai_cost, updated_at = now();
    model := coalesce(left(used_model, 100), settled.model);
    insert into usage_days as u (organization_id, dimension, subject, day, requests)
    select tenant, 'model', m.name, settled.day, m.moved
    from (values (model, 1), (settled.model, -1)) m (name, moved)
    where model <> settled.model
    order by m.name
    on conflict (organization_id, dimension, subject, day) do update set requests = u.requests + excluded.requests;
    perform count_usage(tenant, settled.day, settled.person, settled.groups, model, settled.knowledge_bases,
        0, used_input, used_output, used_cost);
    if exists (select from usage_caps c where c.organization_id = tenant) then
        perform tell_caps(tenant, settled.person, settled.groups, settled.day);
    end if;
    return true;
end $$;

-- Settles a charge of the transaction's organization with what was used. It has an effect once.
create or replace function settle_ai(
        charge uuid, used_model text, used_input bigint, used_output bigint, used_cost numeric) returns boolean
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select settle_charge(current_organization_id(), charge, used_model, used_input, used_output, used_cost)
$$;

-- Settles a batch of charges whose process is gone with what they reserved; returns their number.
create or replace function settle_lost_charges(batch integer) returns bigint
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select count(*) filter (where settle_charge(l.organization_id, l.id, null, null, null, null))
    from (
        select a.organization_id, a.id from ai_charges a
        where a.reserved_until < now() - interval '1 minute'
        order by a.organization_id, a.day, a.id limit batch) l
$$;

-- Returns a charge whose request was never answered.
create or replace function cancel_ai(charge uuid) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    tenant uuid := current_organization_id();
    cancelled ai_charges;
    month date;
begin
    perform from organizations o where o.id = tenant for no key update;
    delete from ai_charges a where a.id = charge and a.organization_id = tenant returning a.* into cancelled;
    if not found then
        return false;
    end if;
    month := date_trunc('month', cancelled.day::timestamp);
    update organizations o set ai_requests_this_month = greatest(0, o.ai_requests_this_month - 1)
    where o.id = tenant and o.usage_month = month;
    update usage_periods u set ai_requests = greatest(0, u.ai_requests - 1), updated_at = now()
    where u.organization_id = tenant and u.period_start = month;
    perform count_usage(tenant, cancelled.day, cancelled.person, cancelled.groups, cancelled.model,
        cancelled.knowledge_bases, -1, 0, 0, 0);
    return true;
end $$;

revoke execute on function
    count_usage(uuid, date, uuid, uuid[], text, uuid[], bigint, bigint, bigint, numeric),
    caps_of(uuid, uuid, uuid[], date), tell_caps(uuid, uuid, uuid[], date),
    charge_ai(uuid, text, uuid[], bigint, numeric, timestamptz),
    settle_charge(uuid, uuid, text, bigint, bigint, numeric), settle_ai(uuid, text, bigint, bigint, numeric),
    settle_lost_charges(integer), cancel_ai(uuid) from public;
grant execute on function
    charge_ai(uuid, text, uuid[], bigint, numeric, timestamptz),
    settle_ai(uuid, text, bigint, bigint, numeric), cancel_ai(uuid) to arketic_app;
grant execute on function settle_lost_charges(integer) to arketic_maintenance;
