import type { Runner } from "./runner.js";
import { contentContract } from "./transport/content-contract.js";
import { sendContract } from "./transport/send-contract.js";
import type { TransportUnderTest } from "./transport/transport-under-test.js";

/** Every transport passes this. */
export function transportConformance(runner: Runner, underTest: TransportUnderTest): void {
  contentContract(runner, underTest);
  sendContract(runner, underTest);
}
