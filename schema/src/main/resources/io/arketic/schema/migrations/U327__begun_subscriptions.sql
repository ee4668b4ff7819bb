drop function begin_subscription(integer, integer, integer);
