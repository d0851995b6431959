import { expect, test } from "vitest";
import { backedUp, restoredBackup } from "./experiments/restored-backup.js";

const timeout = 120_000;

test.concurrent("a restored copy holds what was on its way as uncertain, and tells once more of what was sent after the copy was made", {
  timeout,
}, async () => {
  const { toldBefore, toldInPause, toldAgain, rows } = await restoredBackup();
  const { sent, settled, held, resent, waiting, later } = backedUp;
  const everybody = [sent, settled, held, resent, waiting, later];
  expect(toldBefore).toEqual(Object.fromEntries(everybody.map((person) => [person, 1])));
  // A pause before start() keeps the copy quiet while receipts and people settle what they can.
  expect(toldInPause).toBe(0);
  // Nothing in the copy tells that what waited in it was sent meanwhile.
  expect(toldAgain).toEqual({ [resent]: 1, [waiting]: 1 });
  expect(rows).toEqual({
    [sent]: { status: "sent", crashes: 0, attempts: 1 },
    [settled]: { status: "delivered", crashes: 1, attempts: 1 },
    [held]: { status: "uncertain", crashes: 1, attempts: 0 },
    [resent]: { status: "sent", crashes: 1, attempts: 1 },
    [waiting]: { status: "sent", crashes: 0, attempts: 1 },
  });
});

test.concurrent("a store that forgets which attempts were open is found: what is held is sent again", {
  timeout,
}, async () => {
  const { toldAgain } = await restoredBackup({ forgetful: true });
  expect(toldAgain).toHaveProperty(backedUp.held, 1);
});
