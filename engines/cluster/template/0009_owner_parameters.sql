-- why: parameters that only a superuser could set otherwise, and that owners are used to set

grant set on parameter
  session_replication_role,
  log_lock_waits, log_min_duration_statement, log_statement, log_temp_files,
  track_io_timing, wal_compression,
  pg_stat_statements.track, pg_stat_statements.track_utility
to postgres;

-- The REST service's settings in the database: `alter role authenticator set pgrst.…`.
grant set on parameter
  pgrst.db_schemas, pgrst.db_extra_search_path, pgrst.db_anon_role, pgrst.db_max_rows, pgrst.db_pre_request,
  pgrst.db_plan_enabled, pgrst.db_aggregates_enabled, pgrst.db_tx_end, pgrst.db_root_spec,
  pgrst.openapi_mode, pgrst.openapi_server_proxy_uri, pgrst.openapi_security_active,
  pgrst.jwt_aud, pgrst.jwt_role_claim_key, pgrst.jwt_cache_max_entries,
  pgrst.server_timing_enabled, pgrst.server_trace_header, pgrst.server_cors_allowed_origins,
  "app.settings.jwt_secret", "app.settings.jwt_exp"
to postgres;
