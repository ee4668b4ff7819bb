-- Words are counted in parts, and again by what came and went: R__indexes.sql.
alter table index_parts
    -- The next block to be counted; null if no count is under way.
    add column counting_block bigint,
    add column counted_at timestamptz,
    -- How many chunks had ever come and gone when the count began.
    add column counting_inserted bigint not null default 0,
    add column counting_deleted bigint not null default 0,
    add column counted_inserted bigint not null default 0,
    add column counted_deleted bigint not null default 0;

-- The counts of the blocks so far, like indexed_words.
create table counting_words (
    part integer not null,
    configuration text not null,
    lexeme text collate "C" not null,
    chunks bigint not null,
    length bigint not null
);
create index counting_words_part on counting_words (part);
alter table counting_words enable row level security;
alter table counting_words force row level security;
create policy no_rows on counting_words to arketic_app using (false);
create policy definer_all on counting_words to arketic_owner using (true);

drop function if exists count_index_words(integer);
