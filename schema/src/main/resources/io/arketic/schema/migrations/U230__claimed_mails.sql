drop function queue_mail(uuid, text);
drop function claim_mail(interval);

create function next_mail() returns table (id uuid, encrypted_mail text, attempts integer)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select m.id, m.encrypted_mail, m.attempts from outgoing_mails m
    where m.next_attempt_at <= now()
    order by m.next_attempt_at
    limit 1
$$;

revoke execute on function next_mail() from public;
grant execute on function next_mail() to arketic_maintenance;
