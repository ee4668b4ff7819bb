-- Which task began the attempt of a step. Another task for the same step, as one that was put down when its run was resumed,
-- finds an attempt under way and not one that broke off.
alter table workflow_step_runs add column task varchar(80);
