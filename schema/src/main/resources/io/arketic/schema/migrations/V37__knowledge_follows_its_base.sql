-- What hangs on a knowledge base is seen by those who see the knowledge base: its documents, their text, chunks, vectors,
-- generations and ledger, and what was quoted from it. Before, they were every colleague's, personal or not.

do $$
declare
    name text;
begin
    foreach name in array array[
        'generation_rows/index_generations', 'document_rows/knowledge_documents', 'chunk_rows/knowledge_chunks',
        'ledger_rows/ingest_ledger', 'document_generation_rows/document_generations',
        'embedding_cache_rows/embedding_cache'] loop
        -- The subquery is read under the policies of knowledge_bases, once for each statement. Work of the organization
        -- itself, without a user, does not read it.
        execute format(
            'alter policy %I on %I using (
                organization_id = (select current_organization_id())
                and ((select current_user_id()) is null or knowledge_base_id in (select b.id from knowledge_bases b)))',
            split_part(name, '/', 1), split_part(name, '/', 2));
    end loop;
end $$;

-- A quote outlives its knowledge base, so it remembers whose personal one it was. Null: every reader of the chat sees it. No
-- foreign key: a quote whose owner is gone is shown to no user.
alter table message_citations add column private_to uuid;
alter table message_citations disable trigger message_citations_audit;
update message_citations c set private_to = b.owner_id
from knowledge_bases b
where b.id = c.knowledge_base_id and b.knowledge_base_type = 'personal';
-- Of a knowledge base that is gone: it may have been personal, and the user who asked could see it.
update message_citations c set private_to = q.sender_id
from chat_messages a join chat_messages q on q.id = a.reply_to_id
where a.id = c.message_id and not exists (select from knowledge_bases b where b.id = c.knowledge_base_id);
alter table message_citations enable trigger message_citations_audit;
create index idx_citation_base on message_citations (knowledge_base_id);

create function protect_citation() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    select case b.knowledge_base_type when 'personal' then b.owner_id end into new.private_to
    from knowledge_bases b
    where b.id = new.knowledge_base_id and b.organization_id = new.organization_id;
    if not found then
        new.private_to := case tg_op when 'INSERT' then current_user_id() else old.private_to end;
    end if;
    return new;
end $$;
create trigger message_citations_private before insert or update of knowledge_base_id, private_to on message_citations
    for each row execute function protect_citation();

-- An account's personal knowledge bases get another owner when it is erased.
create function protect_citations() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update message_citations set private_to = null where knowledge_base_id = new.id;
    return null;
end $$;
create trigger knowledge_bases_private after update of owner_id, knowledge_base_type on knowledge_bases
    for each row execute function protect_citations();

-- With its message a quote goes, also one that the deleting user does not see.
create function forget_citations() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from message_citations where message_id = new.id;
    return null;
end $$;
create trigger chat_messages_forgotten after update of is_deleted on chat_messages
    for each row when (new.is_deleted and not old.is_deleted) execute function forget_citations();

revoke execute on function protect_citation(), protect_citations(), forget_citations() from public;

alter policy citation_rows on message_citations using (
    organization_id = (select current_organization_id())
    and (
        private_to is null
        or private_to = (select current_user_id())
        or (select current_user_id()) is null)
    and exists (select from chat_messages m where m.id = message_citations.message_id));
