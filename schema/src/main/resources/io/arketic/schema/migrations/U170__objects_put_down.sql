drop trigger knowledge_documents_fed_again on knowledge_documents;
revoke update (remove_after) on removed_objects from arketic_maintenance;
drop function put_down_object(text, text);
