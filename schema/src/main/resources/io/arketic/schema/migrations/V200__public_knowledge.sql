-- Public knowledge bases: read and asked without an account, as long as is_public is set.

alter table knowledge_bases add constraint chk_public_type
    check (not is_public or knowledge_base_type = 'public') not valid;
