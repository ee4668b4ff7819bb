-- Public links: who has one reads a file without an account. A link is a secret of which the hash is stored, and is worth no more
-- than the user that made it: it opens nothing once that user could not share the document.

create table document_public_links (
    id uuid primary key default uuid_v7(),
    organization_id uuid not null default current_organization_id(),
    document_id uuid not null,
    created_by_id uuid not null references users on delete cascade,
    token_hash varchar(64) not null,
    password_hash text,
    is_protected boolean not null generated always as (password_hash is not null) stored,
    expires_at timestamptz,
    max_downloads integer check (max_downloads > 0),
    download_count integer not null default 0,
    revoked_at timestamptz,
    created_at timestamptz not null default now(),
    constraint uq_public_link_token unique (token_hash),
    foreign key (organization_id, document_id) references documents (organization_id, id) on delete cascade
) with (fillfactor = 85);
create index idx_public_link_document on document_public_links (document_id);
create index idx_public_link_user on document_public_links (created_by_id);
create index idx_public_link_org on document_public_links (organization_id);
create trigger document_public_links_audit after insert or update or delete on document_public_links
    for each row execute function record_change('document_public_links');
alter table document_public_links enable row level security;
alter table document_public_links force row level security;
create policy link_rows on document_public_links for select to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (select from documents d where d.id = document_public_links.document_id));
create policy link_making on document_public_links for insert to arketic_app
    with check (
        organization_id = (select current_organization_id())
        and created_by_id = (select current_user_id())
        and exists (
            select from documents d
            where d.id = document_public_links.document_id and d.document_type <> 'folder' and d.version_of_id is null
              and document_right(d.owner_id, d.access_ids) = 'share'));
create policy link_revoking on document_public_links for update to arketic_app
    using (
        organization_id = (select current_organization_id())
        and exists (
            select from documents d
            where d.id = document_public_links.document_id
              and document_right(d.owner_id, d.access_ids) = 'share'));
create policy operator_read on document_public_links for select to arketic_ops using (true);
create policy definer_all on document_public_links to arketic_owner using (true);
grant select (
    id, organization_id, document_id, created_by_id, is_protected, expires_at, max_downloads, download_count, revoked_at,
    created_at), insert (
    id, organization_id, document_id, created_by_id, token_hash, password_hash, expires_at, max_downloads), update (revoked_at)
    on document_public_links to arketic_app;

-- What a link opens: its file's latest version. Empty where it opens nothing, whatever the reason.
create function open_public_link(hash text) returns table (
        id uuid, organization_id uuid, document_id uuid, blob_id uuid, name text, file_path text, file_hash text,
        file_size bigint, mime_type text, password_salt text, expires_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select l.id, l.organization_id, d.id, d.blob_id, d.name, d.file_path, d.file_hash, d.file_size, d.mime_type,
        password_salt(l.password_hash), l.expires_at
    from document_public_links l
    join documents d on d.id = l.document_id and d.organization_id = l.organization_id and d.blob_id is not null
    join organizations o on o.id = l.organization_id and o.status in ('active', 'trial')
    join organization_members m on m.organization_id = l.organization_id and m.user_id = l.created_by_id and m.is_active
        and m.role <> 'viewer'
    join users u on u.id = l.created_by_id and u.is_active and u.status = 'active'
    cross join lateral document_standing(d.id) s
    where l.token_hash = hash and l.revoked_at is null and (l.expires_at is null or l.expires_at > now())
      and (l.max_downloads is null or l.download_count < l.max_downloads)
      and s.trashed_at is null and not s.gone
      and (d.owner_id = l.created_by_id or d.access_ids <> '{}' and not exists (
        select from unnest(d.access_ids) a (id)
        where not exists (
            select from documents p where p.id = a.id and p.owner_id = l.created_by_id)
          and not exists (
            select from document_shares h
            where h.document_id = a.id and h.access_right = 'share' and (
                h.user_id = l.created_by_id
                or h.group_id in (select g.group_id from group_members g where g.user_id = l.created_by_id)))))
$$;

-- Counts a download, of the last one once. False where the link has no more.
create function count_public_download(link uuid, hash text) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update document_public_links l set download_count = l.download_count + 1
    where l.id = link and l.token_hash = hash and l.revoked_at is null
      and (l.expires_at is null or l.expires_at > now())
      and (l.max_downloads is null or l.download_count < l.max_downloads);
    return found;
end $$;

-- Whether a link's password has this hash, which is as hard to guess as the password.
create function public_link_opens(link uuid, encoded text) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from document_public_links l where l.id = link and l.password_hash = encoded)
$$;
revoke execute on function open_public_link(text), count_public_download(uuid, text), public_link_opens(uuid, text)
    from public;
grant execute on function open_public_link(text), count_public_download(uuid, text), public_link_opens(uuid, text)
    to arketic_app;

-- A member that leaves takes no right along to a later membership.
create function forget_member() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from group_members g where g.organization_id = old.organization_id and g.user_id = old.user_id;
    delete from document_shares s where s.organization_id = old.organization_id and s.user_id = old.user_id;
    update document_public_links l set revoked_at = now()
    where l.organization_id = old.organization_id and l.created_by_id = old.user_id and l.revoked_at is null;
    return null;
end $$;
revoke execute on function forget_member() from public;
create trigger organization_members_forget after update of is_active on organization_members
    for each row when (old.is_active and not new.is_active) execute function forget_member();
