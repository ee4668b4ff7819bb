-- The work in the background of the API's processes, and the messages that wait to be sent.

-- db-scheduler's table for repeated tasks, with its columns. scheduled_tasks holds single pieces of work of workflows; a
-- scheduler deletes rows of tasks that it does not know, so each has its own table.
create table background_tasks (
    task_name text not null,
    task_instance text not null,
    task_data bytea,
    execution_time timestamptz not null,
    picked boolean not null,
    picked_by text,
    last_success timestamptz,
    last_failure timestamptz,
    consecutive_failures integer,
    last_heartbeat timestamptz,
    version bigint not null,
    priority smallint,
    primary key (task_name, task_instance)
) with (fillfactor = 50);

-- Messages, encrypted until they are sent: they contain tokens that open accounts.
create table outgoing_mails (
    id uuid primary key default uuid_v7(),
    encrypted_mail text not null,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    created_at timestamptz not null default now()
);
create index idx_outgoing_mail_due on outgoing_mails (next_attempt_at);

alter table background_tasks enable row level security;
alter table background_tasks force row level security;
create policy no_rows on background_tasks to arketic_app using (false);
create policy scheduler_rows on background_tasks to arketic_maintenance using (true);
grant select, insert, update, delete on background_tasks to arketic_maintenance;

alter table outgoing_mails enable row level security;
alter table outgoing_mails force row level security;
create policy definer_rows on outgoing_mails to arketic_owner using (true);
create policy no_rows on outgoing_mails to arketic_app using (false);
create policy waiting_rows on outgoing_mails to arketic_maintenance using (true);
grant select (id, attempts, next_attempt_at), insert, update, delete on outgoing_mails to arketic_maintenance;
