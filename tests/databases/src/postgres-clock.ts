/**
 * A schema that stands before PostgreSQL's own: in it the statement's time is what the test says, so that the very SQL
 * that runs in production can be taken through hours.
 */
export const clockSearchPath = "test_clock, pg_catalog, public";

export const createClock = `
  create schema if not exists test_clock;
  create or replace function test_clock.statement_timestamp() returns timestamptz stable language sql as $$
    select coalesce(
      to_timestamp(nullif(current_setting('callboard_test.now_ms', true), '')::numeric::float8 / 1000),
      pg_catalog.statement_timestamp())
  $$;`;

export function setClock(now: Date): string {
  return `set callboard_test.now_ms = '${now.getTime()}'`;
}
