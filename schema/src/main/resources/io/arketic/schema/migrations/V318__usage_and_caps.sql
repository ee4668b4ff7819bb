-- Use by person, group, model, knowledge base and day, and caps on it. The functions stand in functions/R__usage.sql.

-- The use of one subject on a day (UTC). Rows change in the commit that charges a request or settles it, and stay when
-- the subject is deleted. An empty subject is the organization itself, or callers without an account.
create table usage_days (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    dimension varchar(20) not null
        check (dimension in ('organization', 'person', 'group', 'model', 'knowledge_base')),
    subject varchar(100) not null,
    -- The person, for its export and its erasure.
    user_id uuid references users on delete set null,
    day date not null,
    requests bigint not null default 0,
    input_tokens bigint not null default 0,
    output_tokens bigint not null default 0,
    cost numeric(20, 8) not null default 0,
    constraint uq_usage_day unique (organization_id, dimension, subject, day)
);
create index idx_usage_day_user on usage_days (user_id) where user_id is not null;

-- A charged request that is not settled yet, with the most that it may use.
create table ai_charges (
    id uuid primary key,
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    person uuid references users on delete set null,
    groups uuid[] not null,
    model varchar(100) not null,
    knowledge_bases uuid[] not null,
    day date not null,
    reserved_tokens bigint not null check (reserved_tokens >= 0),
    reserved_cost numeric(20, 8) not null check (reserved_cost >= 0),
    charged_at timestamptz not null,
    -- The reservation ends then, also if the process that holds it has died.
    reserved_until timestamptz not null
);
create index idx_ai_charge_org on ai_charges (organization_id, charged_at);
create index idx_ai_charge_person on ai_charges (person);

-- What an organization allows itself, one of its groups, one member, or each member (without user_id).
create table usage_caps (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id() references organizations on delete cascade,
    subject varchar(20) not null check (subject in ('organization', 'group', 'member')),
    group_id uuid,
    user_id uuid references users on delete cascade,
    unit varchar(10) not null check (unit in ('requests', 'tokens', 'cost')),
    period varchar(10) not null check (period in ('day', 'month')),
    amount numeric(16, 4) not null check (amount >= 0),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint usage_cap_subject check (
        (subject = 'group') = (group_id is not null) and (user_id is null or subject = 'member')),
    constraint uq_usage_cap unique nulls not distinct (organization_id, subject, group_id, user_id, unit, period),
    foreign key (organization_id, group_id) references member_groups (organization_id, id) on delete cascade
);
create index idx_usage_cap_group on usage_caps (group_id);
create index idx_usage_cap_user on usage_caps (user_id);
create trigger usage_caps_touch before update on usage_caps for each row execute function touch_updated_at();
create trigger usage_caps_audit after insert or update or delete on usage_caps
    for each row execute function record_change('usage_caps');

do $$
declare
    name text;
begin
    foreach name in array array['usage_days', 'ai_charges', 'usage_caps'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format(
            'create policy tenant_rows on %I to arketic_app using (organization_id = (select current_organization_id()))',
            name);
        execute format('create policy operator_read on %I for select to arketic_ops using (true)', name);
        execute format('create policy definer_all on %I to arketic_owner using (true)', name);
    end loop;
end $$;
grant select on usage_days, usage_caps to arketic_app, arketic_ops;
grant insert (id, organization_id, subject, group_id, user_id, unit, period, amount), update (amount), delete
    on usage_caps to arketic_app;

-- A cap of the organization counts what it used in this month, also before.
insert into usage_days (organization_id, dimension, subject, day, requests, input_tokens, cost)
select u.organization_id, 'organization', '', u.period_start, u.ai_requests, u.ai_tokens, u.ai_cost
from usage_periods u
where u.period_start = date_trunc('month', now() at time zone 'UTC');
