drop policy definer_all on workflow_executions;
drop function counter_drift();
drop function reset_monthly_usage();
drop function record_ai_usage(bigint, decimal);
drop function charge_ai_request();
drop trigger chats_touch on chats;
create trigger chats_touch before update on chats for each row execute function touch_updated_at();
drop trigger organizations_touch on organizations;
create trigger organizations_touch before update on organizations
    for each row execute function touch_updated_at();
drop trigger organizations_guard on organizations;
drop trigger chats_guard on chats;
drop trigger chat_participants_guard on chat_participants;
drop trigger knowledge_bases_guard on knowledge_bases;
drop trigger workflows_guard on workflows;
drop function refuse_counters();
alter table organizations drop column usage_month;
