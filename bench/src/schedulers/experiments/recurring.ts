import { isHere, places } from "@callboard/tests/crash/places.ts";
import { manySchedulers } from "@callboard/tests/experiments/many-schedulers.ts";
import type { Part } from "../part.ts";
import { inFull } from "./in-full.ts";

/** C01: several processes run one job of every other second, and one of them is killed every three seconds. */
export const jobsOfMany: readonly Part[] = places.map((place) =>
  inFull({
    name: `C01 recurring job ${place.store.toLowerCase()} ${place.scheduler.toLowerCase()}`,
    absent: isHere(place) ? null : "its server is not here.",
    async run({ findings }) {
      const found = await manySchedulers({
        ...place,
        ...{ processes: 3, periodSeconds: 2, seconds: 300, killEveryMs: 3_000, seed: 1 },
      });
      findings.figure("slots", found.slots, "rows");
      findings.figure("kills", found.kills, "processes");
      findings.none("slots missed", found.missed);
      findings.none("slots run twice", found.twice);
      findings.none("runs for what is no slot", found.strange);
      findings.none("slots that Callboard says it missed", found.toldOf);
      findings.none("processes that ended by themselves", found.troubles, "processes");
    },
  }),
);
