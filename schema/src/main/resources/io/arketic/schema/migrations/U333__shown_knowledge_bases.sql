drop policy knowledge_base_shown on knowledge_bases;
alter policy knowledge_base_rows on knowledge_bases to arketic_app, arketic_ingest, arketic_maintenance;
