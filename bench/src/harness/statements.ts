import type { CompiledQuery, LogEvent } from "kysely";

/** Keeps the statements that a Kysely ran. */
export interface StatementRecorder {
  /** Hand it to Kysely's `log`. */
  readonly log: (event: LogEvent) => void;
  /** What ran since the last call. */
  taken(): CompiledQuery[];
}

export function recordStatements(): StatementRecorder {
  let kept: CompiledQuery[] = [];
  return {
    log({ level, query }) {
      if (level === "query") kept.push(query);
    },
    taken() {
      const taken = kept;
      kept = [];
      return taken;
    },
  };
}
