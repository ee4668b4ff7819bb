drop function charge_ai(uuid, text, uuid[], bigint, numeric, timestamptz);
drop function settle_ai(uuid, text, bigint, bigint, numeric);
drop function cancel_ai(uuid);
drop function tell_caps(uuid, uuid, uuid[], date);
drop function caps_of(uuid, uuid, uuid[], date);
drop function count_usage(uuid, date, uuid, uuid[], text, uuid[], bigint, bigint, bigint, numeric);
drop table usage_caps;
drop table ai_charges;
drop table usage_days;
