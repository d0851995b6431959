/** A worker of a measurement: sends until it is told to stop. Run by `worker.ts`. */
import { openSide } from "./open-side.ts";
import type { Place } from "./places.ts";

/** What a worker is told when it starts. */
export interface WorkerOrder {
  readonly place: Place;
  readonly providerUrl: string;
}

const { place, providerUrl }: WorkerOrder = JSON.parse(process.argv[2] ?? "");
const side = await openSide(place, providerUrl);
// Nobody is left who would stop it.
process.once("disconnect", () => process.exit(1));
process.once("message", () => void stop());
await side.callboard.start();
process.send?.("started");

async function stop(): Promise<void> {
  await side.close();
  process.removeAllListeners("disconnect");
  process.disconnect();
}
