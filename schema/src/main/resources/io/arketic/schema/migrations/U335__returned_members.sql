drop trigger organization_members_return on organization_members;
drop function note_return();
alter table organization_members drop column returned_at;
