-- The tables of tenants, which are those with a column organization_id. Each stands here once; CatalogueIT refuses one
-- without a row, and one that is not audited, exported or removed as its row says.

-- Returns the tables of tenants: whether a trigger audits each change, and whether an export contains the rows. A table is
-- not audited if its rows follow from audited ones, are a record themselves, or do not last. It is not exported if its rows
-- follow from exported ones, do not last, or have an export of their own. All go with their organization.
create or replace function tenant_tables() returns table (name text, audited boolean, exported boolean)
    language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    values
        ('api_keys', true, true),
        ('audit_log', false, false),
        ('chat_events', false, false),
        ('chat_files', true, true),
        ('chat_knowledge_bases', true, true),
        ('chat_messages', true, true),
        ('chat_participants', true, true),
        ('chat_presence', false, false),
        ('chats', true, true),
        ('chunk_notes', true, true),
        ('document_blobs', false, true),
        ('document_generations', false, false),
        ('document_link_versions', false, true),
        ('document_links', false, true),
        ('document_public_links', true, true),
        ('document_shares', true, true),
        ('document_sources', true, true),
        ('document_texts', false, true),
        ('documents', true, true),
        ('embedding_cache', false, false),
        ('group_members', true, true),
        ('identity_providers', true, true),
        ('imported_documents', false, true),
        ('index_generations', false, false),
        ('index_parts', false, false),
        ('ingest_ledger', false, true),
        ('knowledge_bases', true, true),
        ('knowledge_chunks', false, false),
        ('knowledge_documents', true, true),
        ('knowledge_folders', false, false),
        ('knowledge_imports', true, true),
        ('knowledge_shares', true, true),
        ('knowledge_words', false, false),
        ('member_groups', true, true),
        ('member_handovers', false, false),
        ('message_citations', true, true),
        ('message_feedback', true, true),
        ('notifications', false, false),
        ('open_questions', false, true),
        ('organization_domains', true, true),
        ('organization_invitations', true, true),
        ('organization_members', true, true),
        ('organization_settings', true, true),
        ('outbox_events', false, false),
        ('provider_keys', true, true),
        ('scim_tokens', true, true),
        ('scim_users', true, true),
        ('usage_periods', false, true),
        ('workflow_decisions', true, true),
        ('workflow_deliveries', false, true),
        ('workflow_events', false, true),
        ('workflow_executions', true, true),
        ('workflow_hooks', true, true),
        ('workflow_letters', false, true),
        ('workflow_secrets', true, true),
        ('workflow_signals', false, true),
        ('workflow_step_runs', false, true),
        ('workflow_steps', true, true),
        ('workflow_usage', false, true),
        ('workflow_versions', true, true),
        ('workflows', true, true)
$$;

revoke execute on function tenant_tables() from public;
grant execute on function tenant_tables() to arketic_app;
