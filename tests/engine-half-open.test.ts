import { mariadb, postgres } from "@callboard/test-databases";
import { describe, expect, test } from "vitest";
import { present, servers, sqlite } from "./experiments/databases.js";
import { silentDatabase } from "./experiments/silent-database.js";
import { silentProvider } from "./experiments/silent-provider.js";
import { stopInSilence } from "./experiments/stop-in-silence.js";

const timeout = 120_000;

describe.concurrent("a link that lets nothing through", () => {
  test("to the provider: sends end as uncertain in time, stop() ends, and nobody is told twice", {
    timeout,
  }, async () => {
    const { givenUp, exitCode, audit } = await silentProvider(sqlite);
    expect({ givenUp, exitCode }).toEqual({ givenUp: 5, exitCode: 0 });
    expect(audit).toMatchObject({ unsent: {}, ghosts: 0, repeated: 0 });
  });

  test.each(servers)(
    "to $name: another worker takes over, and the first one goes on when the link is back, but changes nothing",
    { timeout },
    async (database) => {
      expect(await silentDatabase({ database })).toEqual({
        ...{ fault: null, takenOver: 3, changedAfterwards: 0, idsKept: 3, unsent: {}, unexplained: 0 },
      });
    },
  );
});

test.concurrent.each(servers.slice(0, 1))(
  "a store on $name that lets anybody record results is found: what was taken over is changed when the link is back",
  { timeout },
  async (database) => {
    const { changedAfterwards } = await silentDatabase({ database, isFenced: false });
    expect(changedAfterwards).toBe(3);
  },
);

describe.concurrent.each(present([postgres, mariadb.mysql2]))("on $name", (database) => {
  test("stop({ drainMs }) ends some seconds after drainMs while the link is silent", {
    timeout,
  }, async () => {
    expect(await stopInSilence(database)).toBe(true);
  });
});
