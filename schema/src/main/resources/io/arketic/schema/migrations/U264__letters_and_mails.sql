create or replace function keep_letter_link(letter uuid, hash text, link text) returns text
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update workflow_letters
    set token_hash = case when encrypted_link is null then hash else token_hash end,
        encrypted_link = coalesce(encrypted_link, link)
    where id = letter and organization_id = current_organization_id()
    returning encrypted_link
$$;

create or replace function queue_mail(mail_id uuid, mail text) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into outgoing_mails (id, encrypted_mail) values (mail_id, mail);
    select pg_notify('arketic_mail', '');
$$;
