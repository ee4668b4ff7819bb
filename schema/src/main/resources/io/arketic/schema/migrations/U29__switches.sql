drop trigger ingest_ledger_allowed on ingest_ledger;
drop function require_subscription();
drop trigger workflow_executions_allowed on workflow_executions;
drop trigger workflows_activated on workflows;
drop trigger workflows_allowed on workflows;
drop function require_workflows();
drop function subscription_ended(organizations);
