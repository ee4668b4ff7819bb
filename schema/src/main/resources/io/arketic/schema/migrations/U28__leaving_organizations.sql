drop function ledger_replay(text, text, text);
drop policy definer_update on knowledge_documents;
drop function remove_organization_rows(uuid, integer);
drop function remove_knowledge_bases(uuid);
drop function organization_removals();
drop function request_organization_removal(boolean);
drop policy definer_silence on organization_settings;
alter table organizations
    drop constraint organization_leaving, drop column removal_of_objects, drop column removal_requested_at;
