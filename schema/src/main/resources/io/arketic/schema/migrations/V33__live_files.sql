-- Whether files of any tenant came lately and are still being worked on: what can wait, waits for them. One that does not
-- get on (its model's endpoint is down) is no reason to wait for long.
create function live_files_under_way() returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select from ingest_ledger l where l.ended_at is null and l.received_at > now() - interval '2 minutes')
$$;
revoke execute on function live_files_under_way() from public;
grant execute on function live_files_under_way() to arketic_app;
