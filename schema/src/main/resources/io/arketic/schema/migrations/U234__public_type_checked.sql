-- The constraint goes with V200.
select 1;
