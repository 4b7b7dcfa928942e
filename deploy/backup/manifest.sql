-- What a database holds, as the current transaction sees it: for every table with rows of its own a line
-- `schema.table|rows|hash`. The hash is a sum over 128 bits of each row's MD5, so it needs neither an order of the rows
-- nor memory for them, and is the same on every PostgreSQL. Run by backup.sh and verify.sh, inside a transaction.
set local timezone to 'UTC';
set local datestyle to 'ISO, YMD';
set local intervalstyle to 'postgres';
set local extra_float_digits to 1;
set local bytea_output to 'hex';
set local search_path to 'pg_catalog';
set local statement_timeout to 0;
select format(
  $$select %L, count(*),
      coalesce(sum(('x' || substr(md5(whole_row::text), 1, 16))::bit(64)::bigint::numeric), 0) || ':' ||
      coalesce(sum(('x' || substr(md5(whole_row::text), 17, 16))::bit(64)::bigint::numeric), 0)
    from %I.%I whole_row$$,
  nspname || '.' || relname, nspname, relname)
from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where relkind = 'r' and relpersistence = 'p' and nspname !~ '^pg_' and nspname <> 'information_schema'
order by nspname collate "C", relname collate "C" \gexec
