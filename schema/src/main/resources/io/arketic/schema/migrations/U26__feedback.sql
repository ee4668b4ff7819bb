do $$ begin
    execute replace(
        pg_get_functiondef('release_messages'::regproc),
        ' delete from message_feedback f using leaving l where l.id = f.message_id;', '');
end $$;
alter table message_citations drop column chunk_hash;
drop table message_feedback;
drop type feedback_rating;
