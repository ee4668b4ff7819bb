-- A personal token that is older than a returned membership does not count in its organization.
alter table organization_members add column returned_at timestamptz;
create or replace function note_return() returns trigger
    language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
    new.returned_at := now();
    return new;
end $$;
revoke execute on function note_return() from public;
create trigger organization_members_return before update of is_active on organization_members
    for each row when (not old.is_active and new.is_active) execute function note_return();
