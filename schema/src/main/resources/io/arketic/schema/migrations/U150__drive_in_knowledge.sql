-- Before, each reader of a chat saw each quote in it. So a quote goes that is not shown to every member now: its document is private,
-- in the trash or gone. Its name goes with it.
delete from message_citations c
where c.source_document_id is not null and not exists (
    select from documents d
    cross join lateral document_standing(d.id) s
    where d.id = c.source_document_id and d.share_level in ('organization', 'public') and s.trashed_at is null and not s.gone);
-- What was fed leaves its knowledge bases: before, all that is in one was shown to each of its members. The drive keeps it.
do $$
declare
    link document_links;
    name text;
begin
    for link in select * from document_links l order by l.id loop
        perform drop_link(link);
    end loop;
    foreach name in array array[
        'search_knowledge_documents(text, uuid, document_status, uuid, integer)',
        'search_knowledge_documents(text, integer)'] loop
        execute replace(
            pg_get_functiondef(name::regprocedure),
            'and d.id not in (select h.id from hidden_knowledge_documents() h (id))
    order by', 'order by');
    end loop;
end $$;
drop trigger message_citations_source on message_citations;
drop trigger knowledge_documents_numbered on knowledge_documents;
drop trigger knowledge_documents_hold on knowledge_documents;
drop trigger knowledge_documents_entered on knowledge_documents;
drop trigger knowledge_documents_enter on knowledge_documents;
drop trigger documents_forget on documents;
drop trigger documents_follow on documents;
drop trigger documents_follow_place on documents;
drop trigger documents_follow_new on documents;
drop policy shown_rows on message_citations;
drop policy shown_rows on knowledge_chunks;
drop policy shown_rows on knowledge_documents;
drop policy definer_delete on knowledge_documents;
alter policy document_rows on documents using (
    organization_id = (select current_organization_id())
    and (
        share_level in ('organization', 'public')
        or owner_id = (select current_user_id())
        or (select current_user_id()) is null));
drop function drop_link(document_links);
drop table document_link_versions;
drop table document_links;
drop table document_sources;
drop function
    hidden_knowledge_documents(), document_shown(share_level, uuid, uuid), relink_documents(uuid, uuid), follow_source(),
    follow_place(), follow_document(), forget_document(), drop_links(integer), claim_links(integer, interval),
    enter_linked_document(), keep_linked_document(), hold_linked_document(), number_linked_version(),
    cite_linked_document();
alter table message_citations
    drop column source_document_id,
    drop column source_version;
alter table knowledge_documents drop column source_document_id;
