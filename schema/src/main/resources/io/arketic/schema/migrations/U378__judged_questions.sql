drop table judged_questions;
