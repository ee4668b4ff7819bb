-- What was filled is as V100 has it; U100 takes it away.
select 1;
