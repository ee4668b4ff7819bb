-- Uploaded pictures of users: one each, cut and encoded by the API. They go with the account.
create table user_avatars (
    id uuid primary key default uuid_v7(),
    user_id uuid not null unique references users on delete cascade,
    media_type varchar(20) not null check (media_type in ('image/png', 'image/jpeg')),
    image bytea not null check (length(image) <= 524288),
    content_hash char(64) not null,
    created_at timestamptz not null default now()
);
alter table user_avatars enable row level security;
alter table user_avatars force row level security;
create policy avatar_rows on user_avatars to arketic_app using (user_id = (select current_user_id()));
-- Members see it where they see the profile.
create policy avatar_read on user_avatars for select to arketic_app
    using (
        exists (
            select from organization_members m
            where m.user_id = user_avatars.user_id and m.organization_id = (select current_organization_id())
              and m.is_active)
        and shows_profile(user_avatars.user_id));
create policy definer_read on user_avatars for select to arketic_owner using (true);
grant select, insert, update, delete on user_avatars to arketic_app;
