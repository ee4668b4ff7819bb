-- The new function takes what a word finds exactly, beside what begins with it: R__search.sql.
drop function if exists words_indexed(
    uuid, integer, text, text[], double precision[], double precision[], double precision, double precision, integer, boolean,
    uuid[], integer, integer);
