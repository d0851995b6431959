import { type DatabaseName, dialectOf, dropOnInterrupt } from "../harness/databases.ts";

/**
 * A database as the experiments of the tests open it. Loaded only when it is needed: their modules look for servers as
 * soon as they are loaded.
 */
export async function testDatabase(name: "postgres" | "mariadb") {
  const { servers } = await import("@callboard/tests/experiments/databases.ts");
  const server = servers.find(({ dialect }) => dialect === dialectOf[name]);
  if (!server) throw new Error(`The tests cannot reach ${name}, though the benchmark can.`);
  return droppedOnInterrupt(name, server);
}

/** Also a file. */
export async function anyTestDatabase(name: DatabaseName) {
  if (name !== "sqlite") return testDatabase(name);
  const { sqlite } = await import("@callboard/tests/experiments/databases.ts");
  return droppedOnInterrupt(name, sqlite);
}

interface Opens<Options extends unknown[], Opened> {
  readonly open: (...options: Options) => Promise<Opened>;
}

interface Closes {
  readonly url: string;
  readonly close: () => Promise<void>;
}

function droppedOnInterrupt<
  Options extends unknown[],
  Opened extends Closes,
  Database extends Opens<Options, Opened>,
>(name: DatabaseName, database: Database & Opens<Options, Opened>): Database {
  return {
    ...database,
    async open(...options) {
      const opened = await database.open(...options);
      const stopWatching = dropOnInterrupt({ name, location: opened.url });
      return {
        ...opened,
        async close() {
          stopWatching();
          await opened.close();
        },
      };
    },
  };
}
