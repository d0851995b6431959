import { memoryStorage } from "@callboard/storage-memory";
import { testClock } from "@callboard/testing";
import { runnerOf, storageConformance } from "@callboard/testing/conformance";
import { test } from "vitest";

storageConformance(runnerOf(test), async () => {
  const clock = testClock();
  return { storage: memoryStorage({ clock }), advance: clock.advance };
});
