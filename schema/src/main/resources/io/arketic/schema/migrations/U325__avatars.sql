drop table user_avatars;
