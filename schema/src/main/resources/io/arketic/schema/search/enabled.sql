-- Whether no user has switched the chunk c off.
((select not exists (select from disabled))
    or (c.document_id, c.content_hash) not in (select o.document_id, o.content_hash from disabled o))
