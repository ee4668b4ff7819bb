-- Knowledge bases are shared with users and groups, as documents are: a personal one is shown to its owner and to the users on
-- its list. One function decides (functions/R__knowledge_shares.sql), and everything of a knowledge base follows its row.

create table knowledge_shares (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    knowledge_base_id uuid not null,
    user_id uuid references users on delete cascade,
    group_id uuid,
    access_right varchar(10) not null check (access_right in ('view', 'edit', 'share')),
    created_at timestamptz not null default now(),
    constraint knowledge_share_to check (num_nonnulls(user_id, group_id) = 1),
    constraint uq_knowledge_share unique nulls not distinct (knowledge_base_id, user_id, group_id),
    foreign key (organization_id, knowledge_base_id) references knowledge_bases (organization_id, id) on delete cascade,
    foreign key (organization_id, group_id) references member_groups (organization_id, id) on delete cascade
);
create index idx_knowledge_share_org on knowledge_shares (organization_id);
create index idx_knowledge_share_user on knowledge_shares (user_id);
create index idx_knowledge_share_group on knowledge_shares (group_id);
create trigger knowledge_shares_audit after insert or update or delete on knowledge_shares
    for each row execute function record_change('knowledge_shares');
alter table knowledge_shares enable row level security;
alter table knowledge_shares force row level security;
create policy operator_read on knowledge_shares for select to arketic_ops using (true);
create policy definer_all on knowledge_shares to arketic_owner using (true);
create policy share_rows on knowledge_shares to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from knowledge_bases b where b.id = knowledge_shares.knowledge_base_id));
grant select on knowledge_shares to arketic_app, arketic_ops;

-- Tells whether a knowledge base is shown to a user: null is the organization's own work.
create or replace function knowledge_shown(
        kind knowledge_base_type, owner uuid, base uuid, person uuid, granted uuid[]) returns boolean
    language sql immutable parallel safe as $$
    select coalesce(person is null or kind <> 'personal' or owner = person or base = any (granted), false)
$$;

-- Returns the knowledge bases whose list gives the current user at least this right.
create or replace function granted_knowledge(wanted text) returns uuid[]
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(g.knowledge_base_id), '{}')
    from (
        select s.knowledge_base_id from knowledge_shares s
        where s.user_id = current_user_id() and s.organization_id = current_organization_id()
          and (wanted = 'view' or s.access_right in ('share', wanted))
        union
        select s.knowledge_base_id from group_members m
        join knowledge_shares s on s.group_id = m.group_id and s.organization_id = m.organization_id
        where m.user_id = current_user_id() and m.organization_id = current_organization_id()
          and (wanted = 'view' or s.access_right in ('share', wanted))) g
$$;
revoke execute on function
    knowledge_shown(knowledge_base_type, uuid, uuid, uuid, uuid[]), granted_knowledge(text) from public;
grant execute on function
    knowledge_shown(knowledge_base_type, uuid, uuid, uuid, uuid[]), granted_knowledge(text)
    to arketic_app;

-- A user that leaves a group loses what the group was given, also in open streams.
create trigger group_members_access after delete on group_members
    for each row execute function announce_access();
