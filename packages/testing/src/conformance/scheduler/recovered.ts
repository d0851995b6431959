import { slotsOf } from "./slots.js";
import type { Stage } from "./stage.js";

let serial = 0;

/** Whether it rings within the time that its engine takes to recover. Asks again and again, for some wake-ups may fail. */
export async function ringsAgain(stage: Stage): Promise<boolean> {
  const { latenessMs, recoversWithinMs } = stage.pace;
  const deadline = stage.fromNow(recoversWithinMs + latenessMs);
  const ids: string[] = [];
  while (stage.time.now() < deadline) {
    const id = `again-${serial++}`;
    ids.push(id);
    stage.scheduler.wake([id], stage.fromNow(0)).catch(() => "the next one may be taken");
    await stage.time.advance(100);
    if (ids.some((each) => stage.ringsFor(each).length > 0)) return true;
  }
  return false;
}

/** Whether two slots from now on are rung for once the engine has recovered. */
export function slotsAgain(stage: Stage, job: string): Promise<boolean> {
  const { slotsEveryMs, slotLatenessMs, recoversWithinMs } = stage.pace;
  const nowMs = stage.time.now().getTime();
  const later = () => slotsOf([stage], job).filter((slot) => slot > nowMs);
  return stage.until(() => later().length >= 2, recoversWithinMs + 2 * slotsEveryMs, slotLatenessMs);
}
