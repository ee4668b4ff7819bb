-- Whether the filter leaves the chunk c, and no user has switched it off.
{enabled}
and ((select not f.documents_given from filter f) or c.document_id in (select d.id from filtered d))
and ((select f.first_page from filter f) is null or c.page_number >= (select f.first_page from filter f))
and ((select f.last_page from filter f) is null or c.page_number <= (select f.last_page from filter f))
and ((select f.phrases = '{}' and f.without = '{}' from filter f)
    or concat_ws(E'\n', c.title, c.content) ~* all ((select f.phrases from filter f)::text[])
        and concat_ws(E'\n', c.title, c.content) !~* all ((select f.without from filter f)::text[]))
