-- The constraints go with their columns.
select 1;
