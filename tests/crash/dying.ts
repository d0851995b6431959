import type { LogConfig } from "kysely";
import type { Whatsapp } from "./open-callboard.ts";
import type { CrashStorage } from "./open-store.ts";
import type { DyingPoint } from "./steps.ts";

/** As `kill -9` from outside, at a moment that nobody outside could meet: not one statement more runs. */
export function die(): never {
  process.kill(process.pid, "SIGKILL");
  throw new Error("The process outlived SIGKILL.");
}

/** Where a process dies, set into what it hands to its Callboard. */
export interface Death {
  /** Hand it to Kysely, for the death in mid-record. */
  readonly log: LogConfig;
  around(storage: CrashStorage): CrashStorage;
  aroundTransport(transport: Whatsapp): Whatsapp;
}

export interface DeathOptions {
  /** `null`: it lives. */
  readonly at: DyingPoint | null;
  /** Only when so many results are recorded does it die after a record. */
  readonly rows: number;
  /** PostgreSQL records in one statement, which is the commit, too. */
  readonly recordsInOneStatement: boolean;
}

/** The statement that closes attempts. Where it is one of several, the commit is still to come. */
const closing = /^\s*update[\s\S]*["`]callboard_attempts["`]/i;

export function death({ at, rows, recordsInOneStatement }: DeathOptions): Death {
  const isAt: IsAt = (verb, when) => at?.verb === verb && at.when === when;
  let [isRecording, recorded] = [false, 0];

  const dyingRecord =
    (record: Store["record"]): Store["record"] =>
    async (results) => {
      if (isAt("record", "before")) die();
      isRecording = true;
      const recording = record(results);
      // One turn later the statement is on its way to the server.
      if (isAt("record", "during") && recordsInOneStatement) setImmediate(die);
      const moved = await recording;
      recorded += results.length;
      if (isAt("record", "after") && recorded >= rows) die();
      return moved;
    };

  return {
    log({ level, query }) {
      const closesAttempts = level === "query" && closing.test(query.sql);
      if (isRecording && closesAttempts && isAt("record", "during")) die();
    },
    around(storage) {
      const store = storage.notifications;
      const notifications = { ...store, ...dyingVerbs(store, isAt), record: dyingRecord(store.record) };
      return { ...storage, notifications };
    },
    aroundTransport: (transport) => ({
      ...transport,
      async send(message, options) {
        if (isAt("send", "before")) die();
        const result = await transport.send(message, options);
        if (isAt("send", "after")) die();
        return result;
      },
    }),
  };
}

type Store = CrashStorage["notifications"];
type IsAt = (verb: DyingPoint["verb"], when: DyingPoint["when"]) => boolean;

/** Those that take a request and answer with rows. */
const verbs = ["claim", "startAttempts", "renew", "findOverdue", "settle"] as const;

function dyingVerbs(store: Store, isAt: IsAt): Partial<Store> {
  const dying = verbs.map((name) => {
    const run = store[name] as (request: unknown) => Promise<readonly unknown[]>;
    const dyingVerb = async (request: unknown) => {
      if (isAt(name, "before")) die();
      const result = await run(request);
      // An empty answer is no work, and its step has not come yet.
      if (isAt(name, "after") && result.length > 0) die();
      return result;
    };
    return [name, dyingVerb];
  });
  return Object.fromEntries(dying) as Partial<Store>;
}
