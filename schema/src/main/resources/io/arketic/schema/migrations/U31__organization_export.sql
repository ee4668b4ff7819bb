do $$ begin
    execute replace(pg_get_functiondef('account_rows'::regproc), 'unexported_columns()', 'array[
        ''password_hash'', ''two_factor_secret'', ''token_hash'', ''key_hash'', ''code_hash'', ''encrypted_key'', ''request_hash'',
        ''answer'', ''search_vector'', ''extracted_text'', ''page_starts'', ''content_text'']');
end $$;
drop function organization_rows(text, uuid, integer), organization_tables(), unexported_columns();
