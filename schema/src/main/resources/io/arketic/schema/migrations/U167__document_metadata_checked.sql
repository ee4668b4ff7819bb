-- The constraint goes with its column.
select 1;
