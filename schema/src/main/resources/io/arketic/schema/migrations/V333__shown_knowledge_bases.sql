-- The jobs and the work in the background act for no user.
alter policy knowledge_base_rows on knowledge_bases to arketic_ingest, arketic_maintenance;
create policy knowledge_base_shown on knowledge_bases to arketic_app using (
    organization_id = (select current_organization_id())
    and knowledge_shown(
        knowledge_base_type, owner_id, id, (select current_user_id()), (select granted_knowledge('view'))));
