-- A constraint that was found true stays so until U100 drops it.
select 1;
