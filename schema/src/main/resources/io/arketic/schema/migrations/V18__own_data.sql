-- A user's own keys of model providers; everything of an account in one place, to take along or to erase.

alter table provider_keys
    alter column organization_id drop not null,
    add column user_id uuid references users on delete cascade,
    add constraint provider_key_owner check (num_nonnulls(organization_id, user_id) = 1),
    add constraint uq_provider_key_own unique (user_id, provider, name);
create policy own_rows on provider_keys to arketic_app using (user_id = (select current_user_id()));

-- The tables that name users, and by which columns. Who invited whom is not among them: those rows are the others'.
create function account_columns() returns table (table_name text, user_columns text[])
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select 'users', array['id']
    union all
    select c.relname::text, array_agg(a.attname::text order by a.attname)
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid and c.relnamespace = 'public'::regnamespace and not c.relispartition
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
    where k.contype = 'f' and k.confrelid = 'users'::regclass and a.attname <> 'invited_by_id'
    group by c.relname
$$;

-- The current user's rows of one of those tables, in the order of their ids: so many after one of them. Without secrets,
-- and without the texts of files, which are to be had as files.
create function account_rows(source text, after uuid, batch integer) returns setof jsonb
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    left_out constant text[] := array[
        'password_hash', 'two_factor_secret', 'token_hash', 'key_hash', 'code_hash', 'encrypted_key', 'request_hash',
        'answer', 'search_vector', 'extracted_text', 'page_starts', 'content_text'];
    person uuid := current_user_id();
    mine text;
    shown text;
begin
    select string_agg(format('t.%I = $1', u), ' or ') into mine
    from account_columns() c, unnest(c.user_columns) u
    where c.table_name = source;
    if mine is null then
        raise undefined_table using message = format('%s names no users', source);
    end if;
    select string_agg(format('t.%I', a.attname), ', ' order by a.attnum) into shown
    from pg_attribute a
    where a.attrelid = format('public.%I', source)::regclass and a.attnum > 0 and not a.attisdropped
      and a.attname <> all (left_out);
    return query execute format(
        'select to_jsonb(r) from (
            select %s from public.%I t where (%s) and t.id > $2 order by t.id limit $3) r', shown, source, mine)
        using person, coalesce(after, '00000000-0000-0000-0000-000000000000'), batch;
end $$;

do $$
declare
    name text;
begin
    -- Where the owner's functions could not read yet.
    foreach name in array array['user_profiles', 'two_factor_recovery_codes'] loop
        execute format('create policy definer_read on %I for select to arketic_owner using (true)', name);
    end loop;
end $$;
create policy definer_delete on users for delete to arketic_owner using (true);
create policy definer_lock on users for update to arketic_owner using (true);
create policy definer_delete on organizations for delete to arketic_owner using (true);

-- Erases the current user. What the schema calls the user's own goes with it; messages, uploads and records of others'
-- organizations stay and forget who it was. What must have an owner gets another: a knowledge base, document or workflow
-- the organization's longest owner, a chat its longest participant. Organizations without another member go whole.
-- Returns either an organization that would be left without an owner, and has done nothing, or the slugs of those that
-- went.
create function erase_account() returns table (last_owner_of text, removed text[])
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    person uuid := current_user_id();
    address text;
    scrubbed uuid[];
    alone uuid[];
begin
    perform from organizations o
    where o.id in (select m.organization_id from organization_members m where m.user_id = person)
    order by o.id for update;
    select u.email into address from users u where u.id = person for update;

    select o.slug::text into last_owner_of
    from organization_members m
    join organizations o on o.id = m.organization_id
    where m.user_id = person and m.is_active and m.role = 'owner'
      and exists (
          select from organization_members other
          where other.organization_id = m.organization_id and other.user_id <> person and other.is_active)
      and not exists (
          select from organization_members other
          join users u on u.id = other.user_id and u.is_active
          where other.organization_id = m.organization_id and other.user_id <> person and other.is_active
            and other.role = 'owner')
    order by o.slug
    limit 1;
    if last_owner_of is not null then
        return next;
        return;
    end if;

    select coalesce(array_agg(o.id), '{}'), coalesce(array_agg(o.slug::text), '{}') into alone, removed
    from organization_members m
    join organizations o on o.id = m.organization_id
    where m.user_id = person and m.is_active and not exists (
        select from organization_members other
        where other.organization_id = m.organization_id and other.user_id <> person and other.is_active);
    delete from organizations o where o.id = any (alone);
    delete from audit_log a where a.organization_id = any (alone);

    delete from chats c
    where c.creator_id = person and not exists (
        select from chat_participants p where p.chat_id = c.id and p.user_id <> person and p.is_active);
    update chats c
    set creator_id = (
        select p.user_id from chat_participants p
        where p.chat_id = c.id and p.user_id <> person and p.is_active
        order by p.joined_at, p.id limit 1)
    where c.creator_id = person;
    update knowledge_bases b set owner_id = longest_owner(b.organization_id, person) where b.owner_id = person;
    update documents d set owner_id = longest_owner(d.organization_id, person) where d.owner_id = person;
    update workflows w set creator_id = longest_owner(w.organization_id, person) where w.creator_id = person;

    select array_agg(id) into scrubbed
    from (
        select person as id
        union all select id from user_profiles where user_id = person
        union all select id from user_preferences where user_id = person
        union all select id from provider_keys where user_id = person
        union all select id from organization_invitations
            where accepted_by_id = person or lower(email) = lower(address)) own;
    delete from organization_invitations where accepted_by_id = person or lower(email) = lower(address);
    delete from users where id = person;
    -- That there was an account and that it was erased stays on record, and nothing of what it held.
    update audit_log a set before = null, after = null
    where a.row_id = any (scrubbed)
      and a.table_name in ('users', 'user_profiles', 'user_preferences', 'provider_keys', 'organization_invitations');
    return next;
end $$;

-- Whoever has owned an organization longest, leaving one out.
create function longest_owner(organization uuid, leaving uuid) returns uuid
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select m.user_id from organization_members m
    join users u on u.id = m.user_id
    where m.organization_id = organization and m.user_id <> leaving and m.is_active
    order by u.is_active desc, m.role, m.joined_at, m.id limit 1
$$;

revoke execute on function
    account_columns(), account_rows(text, uuid, integer), erase_account(), longest_owner(uuid, uuid) from public;
grant execute on function account_columns(), account_rows(text, uuid, integer), erase_account() to arketic_app;
