-- Each kind of expired rows is deleted in a transaction of its own, so that one that fails keeps no other. A version of a document
-- that an answer cites stays: purge_expired and purge_retention.
drop function if exists purge_expired(integer);
drop function if exists purge_retention(integer);
