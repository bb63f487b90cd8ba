-- Run once by the database's administrator:
--   psql -v database=haochaping -v owner_password=… -v web_password=… -f deploy/roles.sql
-- Afterwards hcp_owner owns the tables and migrates, hcp_web is what the program works as: it owns nothing and cannot
-- bypass row-level security. hcp_backup reads everything, which a dump needs and nobody else may.
\set ON_ERROR_STOP on
CREATE ROLE hcp_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE hcp_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE hcp_web LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'web_password' IN ROLE hcp_app;
CREATE ROLE hcp_backup NOLOGIN NOSUPERUSER BYPASSRLS IN ROLE pg_read_all_data;
CREATE DATABASE :"database" OWNER hcp_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO hcp_app;
