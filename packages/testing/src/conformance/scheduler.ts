import type { Runner } from "./runner.js";
import { lifecycleContract } from "./scheduler/lifecycle-contract.js";
import { type SchedulerUnderTest, stageFor } from "./scheduler/stage.js";
import { timetableContract } from "./scheduler/timetable-contract.js";
import { wakeContract } from "./scheduler/wake-contract.js";

/** Every scheduler passes this. On real time it takes about a minute. */
export function schedulerConformance(runner: Runner, underTest: SchedulerUnderTest): void {
  const onStage = stageFor(underTest);
  wakeContract(runner, onStage);
  timetableContract(runner, onStage);
  lifecycleContract(runner, onStage);
}
