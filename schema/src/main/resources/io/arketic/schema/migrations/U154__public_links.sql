drop trigger organization_members_forget on organization_members;
drop function forget_member();
drop function public_link_opens(uuid, text);
drop function count_public_download(uuid, text);
drop function open_public_link(text);
drop table document_public_links;
