-- An object that is about to be written again is not removed meanwhile.

-- Puts an object down for removal in a day. False where one of the key is removed within the hour.
create function put_down_object(key text, use text) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if current_organization_id() is not null or current_user_id() is not null then
        raise insufficient_privilege using message = 'removals are the work of no tenant';
    end if;
    insert into removed_objects as r (object_key, remove_after, store)
    values (key, now() + interval '1 day', use)
    on conflict (object_key) do update set remove_after = excluded.remove_after
    where r.remove_after > now() + interval '1 hour';
    return found;
end $$;
revoke execute on function put_down_object(text, text) from public;
grant execute on function put_down_object(text, text) to arketic_app;

-- Several processes remove: each claims an object first.
grant update (remove_after) on removed_objects to arketic_maintenance;

-- A document that is fed again while its row is there keeps its object, too.
create trigger knowledge_documents_fed_again after update of uploaded_by_id on knowledge_documents
    for each row when (new.source_document_id is not null) execute function keep_linked_document();
