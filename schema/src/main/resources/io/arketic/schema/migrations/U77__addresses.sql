-- The ASCII form of a domain is an address of the same mailbox, which the version before takes as well; former spellings
-- are not kept.
select 1;
