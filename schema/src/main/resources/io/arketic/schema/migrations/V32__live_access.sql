-- A stream of a chat ends with the session or key that opened it, and a participant's place has a version.

alter table chat_participants add column updated_at timestamptz not null default now();
-- Reading and being counted is no change: updated_at is what a caller's If-Match speaks of.
create trigger chat_participants_touch
    before update of role, is_active, can_send_messages, can_upload_files, is_muted on chat_participants
    for each row execute function touch_updated_at();

-- A knowledge base that goes leaves its chats by itself. Whoever detaches one tells of it by changing the chat, which comes
-- first in the same transaction and is told once.
create function log_detached() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    told boolean := (
        select e.kind = 'chat' and e.xmin::text = (pg_current_xact_id()::text::numeric % 4294967296)::text
        from chat_events e where e.chat_id = old.chat_id order by e.number desc limit 1);
begin
    if told is not true then
        perform log_chat_event(old.organization_id, old.chat_id, 'chat', null);
    end if;
    return null;
end $$;
create trigger chat_knowledge_bases_events after delete on chat_knowledge_bases
    for each row execute function log_detached();

-- Those of the sessions and API keys that open nothing any more, as a request with them would find. Nobody is seen by it.
create function ended_credentials(credentials uuid[]) returns setof uuid
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return query
    select given from unnest(credentials) given
    where not exists (
        select from user_sessions s
        join users u on u.id = s.user_id and u.is_active and u.status = 'active'
        where s.id = given and s.revoked_at is null
          and s.created_at >= coalesce(u.sessions_revoked_at, '-infinity')
          and not exists (
              select from organization_members m
              join organization_settings t on t.organization_id = m.organization_id
              where m.user_id = s.user_id and m.is_active
                and s.last_seen_at <= now() - make_interval(mins => t.session_timeout_minutes)))
      and not exists (
        select from api_keys k
        join organizations o on o.id = k.organization_id and o.status in ('active', 'trial')
        join organization_settings t on t.organization_id = k.organization_id and t.enable_api_access
        join users u on u.id = k.created_by_id and u.is_active and u.status = 'active'
        where k.id = given and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()));
end $$;
revoke execute on function ended_credentials(uuid[]) from public;
grant execute on function ended_credentials(uuid[]) to arketic_app;

create function announce_end() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform pg_notify('arketic_access', coalesce(to_jsonb(old) ->> 'user_id', to_jsonb(old) ->> 'created_by_id'));
    return null;
end $$;
create trigger user_sessions_end after update of revoked_at on user_sessions
    for each row execute function announce_end();
create trigger api_keys_end after update of revoked_at on api_keys
    for each row execute function announce_end();
