do $$
begin
    execute replace(pg_get_functiondef('record_change()'::regprocedure), ' ''download_count'',', '');
end $$;
drop function public_link_opens(uuid, text);
drop function count_public_download(uuid, text);
drop function open_public_link(text);
drop table document_public_links;
