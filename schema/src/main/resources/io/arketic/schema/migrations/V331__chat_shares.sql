-- Chats are shared with groups. The members of such a group find the chat, read it and join it. A participant that joined writes
-- only while one of its groups has the right to edit.

create table chat_shares (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    chat_id uuid not null,
    group_id uuid not null,
    access_right varchar(10) not null check (access_right in ('view', 'edit')),
    created_at timestamptz not null default now(),
    constraint uq_chat_share unique (chat_id, group_id),
    foreign key (organization_id, chat_id) references chats (organization_id, id) on delete cascade,
    foreign key (organization_id, group_id) references member_groups (organization_id, id) on delete cascade
);
create index idx_chat_share_group on chat_shares (group_id);
create index idx_chat_share_org on chat_shares (organization_id);
create trigger chat_shares_audit after insert or update or delete on chat_shares
    for each row execute function record_change('chat_shares');
alter table chat_shares enable row level security;
alter table chat_shares force row level security;
create policy operator_read on chat_shares for select to arketic_ops using (true);
create policy definer_all on chat_shares to arketic_owner using (true);
create policy share_rows on chat_shares to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from chats c where c.id = chat_shares.chat_id));
grant select, delete, insert (id, organization_id, chat_id, group_id, access_right), update (access_right)
    on chat_shares to arketic_app;
grant select on chat_shares to arketic_ops;

create or replace function granted_chats(wanted text) returns uuid[]
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(distinct s.chat_id), '{}')
    from group_members m
    join chat_shares s on s.group_id = m.group_id
    where m.user_id = current_user_id() and m.organization_id = current_organization_id()
      and (wanted = 'view' or s.access_right = wanted)
      and not exists (
          select from chat_participants p where p.chat_id = s.chat_id and p.user_id = m.user_id and p.is_removed)
$$;
revoke execute on function granted_chats(text) from public;
grant execute on function granted_chats(text) to arketic_app;

create or replace function end_shared_participants() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    person uuid := (to_jsonb(old) ->> 'user_id')::uuid;
    chat uuid := (to_jsonb(old) ->> 'chat_id')::uuid;
begin
    update chat_participants p set is_active = false
    where p.organization_id = old.organization_id and p.joined and p.is_active
      and (p.user_id = person or p.chat_id = chat)
      and exists (select from chats c where c.id = p.chat_id and c.chat_type <> 'channel')
      and not exists (
          select from chat_shares s
          join group_members m on m.group_id = s.group_id and m.user_id = p.user_id
          where s.chat_id = p.chat_id);
    return null;
end $$;
revoke execute on function end_shared_participants() from public;
create trigger group_members_chats after delete on group_members
    for each row execute function end_shared_participants();
create trigger chat_shares_end after delete on chat_shares
    for each row execute function end_shared_participants();
