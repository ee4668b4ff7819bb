drop function ledger_known_objects(text);
