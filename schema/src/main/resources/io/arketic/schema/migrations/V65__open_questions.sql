-- Questions whose answer is under way, so that each has an end: its answer, its failure, or that its process was lost.

create table open_questions (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    chat_id uuid not null,
    message_id uuid not null,
    -- Its process renews it. What is past was lost with its process.
    open_until timestamptz not null default now() + interval '2 minutes',
    foreign key (organization_id, chat_id) references chats (organization_id, id) on delete cascade
);
create index idx_open_question_chat on open_questions (chat_id);
create index idx_open_question_until on open_questions (open_until);
alter table open_questions enable row level security;
alter table open_questions force row level security;
create policy open_question_rows on open_questions to arketic_app
    using (organization_id = (select current_organization_id()));
create policy definer_all on open_questions to arketic_owner using (true);
grant select, insert, update, delete on open_questions to arketic_app;

create function renew_open_questions(questions uuid[]) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update open_questions set open_until = now() + interval '2 minutes' where id = any (questions)
$$;

-- Ends the questions that no process renews any more, with a failed answer; so many at most. Returns how many.
create function end_lost_questions(batch integer) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    lost record;
    ended bigint := 0;
begin
    for lost in
        select q.id, q.chat_id, q.message_id from open_questions q
        where q.open_until < now() order by q.open_until limit batch
    loop
        -- A chat's row before what belongs to it, as everywhere.
        perform from chats c where c.id = lost.chat_id for no key update;
        delete from open_questions q where q.id = lost.id and q.open_until < now();
        if found then
            insert into chat_messages (
                organization_id, chat_id, reply_to_id, message_type, content, status, failure_reason)
            select m.organization_id, m.chat_id, m.id, 'ai', '', 'failed', 'answer-lost'
            from chat_messages m
            where m.chat_id = lost.chat_id and m.id = lost.message_id and not m.is_deleted;
            ended := ended + 1;
        end if;
    end loop;
    return ended;
end $$;

-- Gives requests of this month back to the current organization: their chat was deleted before they were answered.
create function uncharge_ai_requests(many bigint) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    tenant uuid := current_organization_id();
    month date := date_trunc('month', now() at time zone 'UTC');
begin
    update organizations o set ai_requests_this_month = greatest(0, o.ai_requests_this_month - many)
    where o.id = tenant and o.usage_month = month;
    update usage_periods u set ai_requests = greatest(0, u.ai_requests - many), updated_at = now()
    where u.organization_id = tenant and u.period_start = month;
end $$;

revoke execute on function renew_open_questions(uuid[]), end_lost_questions(integer), uncharge_ai_requests(bigint)
    from public;
grant execute on function renew_open_questions(uuid[]), end_lost_questions(integer) to arketic_maintenance;
grant execute on function uncharge_ai_requests(bigint) to arketic_app;
