drop function outbox_published(uuid[]);
drop function outbox_pending(integer);
drop function ledger_totals();
drop function ledger_adopt(text, text, text, timestamptz, uuid);
drop function ledger_bury_unplaced(text, text, text, timestamptz, bigint, text, text);
drop table outbox_events;
drop table ingest_ledger;
