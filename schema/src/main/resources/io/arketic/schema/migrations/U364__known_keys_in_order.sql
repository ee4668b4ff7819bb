drop function if exists ledger_known_after(text, text, integer);
