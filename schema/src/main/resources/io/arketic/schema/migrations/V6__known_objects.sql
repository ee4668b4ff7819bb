-- What the ledger knows of the objects of a bucket: for each key the version it dealt with last. Superseded versions
-- count only where there is no other; keys whose last version was deleted are not known.
create function ledger_known_objects(bucket text)
    returns table (object_key text, etag text, last_modified timestamptz, settled boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select k.object_key, k.etag, k.last_modified, k.state in ('indexed', 'unchanged', 'dead')
    from (
        select distinct on (l.object_key) l.object_key, l.etag, l.last_modified, l.state
        from ingest_ledger l
        where l.bucket = $1
        order by l.object_key, l.state = 'superseded', l.last_modified desc, l.state = 'deleted', l.received_at desc
    ) k
    where k.state <> 'deleted'
$$;

revoke execute on function ledger_known_objects(text) from public;
grant execute on function ledger_known_objects(text) to arketic_app;
