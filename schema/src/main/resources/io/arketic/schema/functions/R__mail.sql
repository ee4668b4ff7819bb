-- Messages that wait to be sent.

-- Queues an encrypted message of a request in the transaction of its cause.
create or replace function queue_mail(mail_id uuid, mail text) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into outgoing_mails (id, encrypted_mail) values (mail_id, mail);
$$;

-- Claims the message that is due for the longest time, encrypted. Until the claim has passed, no other process gets it.
create or replace function claim_mail(claim interval)
    returns table (id uuid, encrypted_mail text, attempts integer, created_at timestamptz)
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update outgoing_mails m set attempts = m.attempts + 1, next_attempt_at = now() + claim
    where m.id = (
        select d.id from outgoing_mails d
        where d.next_attempt_at <= now()
        order by d.next_attempt_at
        limit 1
        for update skip locked)
    returning m.id, m.encrypted_mail, m.attempts, m.created_at
$$;

revoke execute on function queue_mail(uuid, text), claim_mail(interval) from public;
grant execute on function queue_mail(uuid, text) to arketic_app;
grant execute on function claim_mail(interval) to arketic_maintenance;
