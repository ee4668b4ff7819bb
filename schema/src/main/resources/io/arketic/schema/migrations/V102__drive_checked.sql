-- What V100 asks of each new row holds of all.
alter table documents validate constraint document_name;
alter table documents validate constraint document_latest;
alter table documents validate constraint document_file;
alter table documents validate constraint document_blob;
