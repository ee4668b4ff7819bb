drop function keep_letter_link(uuid, text, text);

create or replace function unexported_columns() returns text[]
    language sql immutable parallel safe set search_path = pg_catalog, public, pg_temp as $$
    select array[
        'password_hash', 'two_factor_secret', 'token_hash', 'key_hash', 'code_hash', 'encrypted_key', 'request_hash',
        'answer', 'search_vector', 'extracted_text', 'page_starts', 'content_text']
$$;

create or replace function open_workflow_question(hash text) returns table (
        organization_id uuid, execution_id uuid, step varchar, user_id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select l.organization_id, l.execution_id, l.step, l.user_id
    from workflow_letters l
    join organizations o on o.id = l.organization_id and o.status in ('active', 'trial')
    where l.token_hash = hash and l.asks
$$;

alter table workflow_letters drop column asks_until, drop column encrypted_link;
