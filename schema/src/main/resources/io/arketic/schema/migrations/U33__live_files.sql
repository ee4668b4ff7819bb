drop function live_files_under_way();
