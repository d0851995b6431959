import { CompiledQuery, type DatabaseConnection } from "kysely";
import type { OpenOptions } from "./test-database.ts";

/** Runs a test's statements on each new connection, before anything else. */
export function withSession(session: OpenOptions["session"]) {
  if (!session) return {};
  return {
    async onCreateConnection(connection: DatabaseConnection) {
      for (const statement of session()) await connection.executeQuery(CompiledQuery.raw(statement));
    },
  };
}
