drop function leave_chats();
