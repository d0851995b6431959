import type { SqlExecutor } from "./slivers.js";

/** A migration or TRUNCATE of pg-boss's tables keeps the host's transaction no longer than this. */
const patience = "250ms";

/**
 * Runs the one statement of an insert in the host's transaction, so that no failure spoils it. PostgreSQL gives up a
 * transaction of which a statement fails, and its COMMIT then rolls back without a word.
 *
 * A block that traps its errors, and no savepoint: a savepoint takes three statements, and to go back to it also undoes
 * what others wrote between them in the same transaction.
 */
export function harmless(executor: SqlExecutor): SqlExecutor {
  return {
    async executeSql(text, values = []) {
      await executor.executeSql(trapped(inlined(text, values), schemaOf(text)));
      const { rows } = await executor.executeSql("select current_setting('callboard.wake', true) as outcome");
      const [code, ...message] = outcomeOf(rows[0]).split(" ");
      if (code) throw refusal(code, message.join(" "));
      return { rows: [] };
    },
  };
}

/** The key to the queue is checked at the commit, which would fail if the queue is gone: so it is checked here. */
function trapped(statement: string, schema: string): string {
  return `do $callboard$
declare
  former text := current_setting('lock_timeout');
begin
  perform set_config('callboard.wake', '', true);
  begin
    perform set_config('lock_timeout', '${patience}', true);
    execute ${literal(statement)};
    set constraints ${schema}.q_fkey immediate;
    set constraints ${schema}.q_fkey deferred;
    perform set_config('lock_timeout', former, true);
  exception when others then
    perform set_config('callboard.wake', sqlstate || ' ' || sqlerrm, true);
  end;
end $callboard$`;
}

/** A block takes no parameters. */
function inlined(text: string, values: readonly unknown[]): string {
  // Dollars only begin parameters: what JSON says with an escape, no driver takes for one.
  const literals = values.map((value) => literal(String(value).replaceAll("$", "\\u0024")));
  return text.replace(/\$(\d+)/g, (_, place: string) => literals[Number(place) - 1] ?? "null");
}

function literal(text: string): string {
  return `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** As pg-boss writes it: quoted if it must be. */
function schemaOf(insert: string): string {
  const schema = /\bLEFT JOIN\s+(.+)\.queue\s+q\s+ON\b/.exec(insert)?.[1];
  if (schema) return schema;
  throw new Error(
    "This version of pg-boss inserts in a way that is not known. The sweep delivers; report it.",
  );
}

function outcomeOf(row: unknown): string {
  return (row as { readonly outcome?: string | null } | undefined)?.outcome ?? "";
}

function refusal(code: string, message: string): Error {
  const error = new Error(`pg-boss took no wake-up within the transaction: ${message} (SQLSTATE ${code}).`);
  // pg-boss forgets a queue that is gone; after any other code it would ask the database, for which a connection may be missing.
  return code === "23503" ? Object.assign(error, { code }) : error;
}
