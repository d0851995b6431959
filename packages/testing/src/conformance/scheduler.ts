import type { Runner } from "./runner.js";
import { capabilitiesContract } from "./scheduler/capabilities-contract.js";
import { lifecycleContract } from "./scheduler/lifecycle-contract.js";
import { outageContract } from "./scheduler/outage-contract.js";
import { pacingContract } from "./scheduler/pacing-contract.js";
import { recoveryContract } from "./scheduler/recovery-contract.js";
import type { OpenScheduler, SchedulerUnderTest } from "./scheduler/scheduler-under-test.js";
import { severalProcessesContract } from "./scheduler/several-processes-contract.js";
import { severalTimetablesContract } from "./scheduler/several-timetables-contract.js";
import { suiteOf } from "./scheduler/stage.js";
import { timetableContract } from "./scheduler/timetable-contract.js";
import { transactionContract } from "./scheduler/transaction-contract.js";
import { wakeContract } from "./scheduler/wake-contract.js";

/**
 * Every scheduler passes this. On real time it takes about a minute, or some ten seconds where tests run at the
 * same time.
 *
 * @throws {InvalidOptionsError} A capability is stated without the ability by which it is tested.
 */
export function schedulerConformance<Engine extends OpenScheduler>(
  runner: Runner,
  underTest: SchedulerUnderTest<Engine>,
): void {
  const suite = suiteOf(runner, underTest);
  capabilitiesContract(suite);
  wakeContract(suite);
  timetableContract(suite);
  lifecycleContract(suite);
  transactionContract(suite);
  severalProcessesContract(suite);
  severalTimetablesContract(suite);
  pacingContract(suite);
  recoveryContract(suite);
  outageContract(suite);
}
