import { z } from "zod";
import { announce } from "../announce.js";
import { checkFault, faultTargets } from "../faults/fault.js";
import type { IncomingMessage } from "../incoming-message.js";
import { durationMs } from "../option-schemas.js";
import { pressButton, receiveMessage } from "../receive-reply.js";
import { resetSimulation, type Simulation } from "../simulation.js";
import { startMaintenance } from "../start-maintenance.js";
import { decideTemplate, type TemplateDecision } from "../templates/decide-template.js";
import { advanceClock } from "./advance-clock.js";

type Result = Readonly<Record<string, unknown>>;

/** Lets something happen. */
export interface Command {
  /** Whether it needs a JSON body. */
  readonly takesInput: boolean;
  /** @throws {TypeError} The input does not fit. */
  run(simulation: Simulation, input: unknown): Result | Promise<Result>;
}

/** What `POST /_simulator/…` can ask for, by name. Webhooks are not waited for. */
export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  command(
    "faults",
    z.looseObject({ times: z.int().min(1).default(1), on: z.enum(faultTargets).default("send") }),
    addFault,
  ),
  command("receive", z.unknown(), (simulation, message) => ({
    id: receiveMessage(simulation, message as IncomingMessage).id,
  })),
  command("press", z.strictObject({ messageId: z.string(), index: z.int().min(0) }), (simulation, press) => ({
    id: pressButton(simulation, press).id,
  })),
  command(
    "announce",
    z.strictObject({ kind: z.string(), details: z.unknown() }),
    (simulation, { kind, details }) => {
      announce(simulation, kind, details);
      return {};
    },
  ),
  command("templates", z.looseObject({ id: z.string() }), (simulation, { id, ...decision }) => ({
    template: decideTemplate(simulation, id, decision as TemplateDecision),
  })),
  command("token", z.strictObject({ accessToken: z.string().min(1).nullable() }), changeToken),
  command("maintenance", z.strictObject({ ms: durationMs.optional() }), (simulation, input) => {
    startMaintenance(simulation, input.ms);
    return {};
  }),
  command("clock", z.strictObject({ advanceMs: durationMs }), (simulation, { advanceMs }) =>
    advanceClock(simulation, advanceMs),
  ),
  [
    "reset",
    {
      takesInput: false,
      run(simulation) {
        resetSimulation(simulation);
        return {};
      },
    },
  ],
]);

function command<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  run: (simulation: Simulation, input: z.output<Schema>) => Result | Promise<Result>,
): [string, Command] {
  return [
    name,
    {
      takesInput: true,
      run(simulation, input) {
        const parsed = schema.safeParse(input);
        if (parsed.success) return run(simulation, parsed.data);
        throw new TypeError(z.prettifyError(parsed.error));
      },
    },
  ];
}

function addFault(
  { faults }: Simulation,
  { times, on, ...fault }: { times: number; on: (typeof faultTargets)[number] },
): Result {
  faults.add(checkFault(fault, on), { times, on });
  return { queued: faults.size() };
}

/** Null lets the present token expire. */
function changeToken({ token, timers }: Simulation, { accessToken }: { accessToken: string | null }): Result {
  if (accessToken === null) token.expire(timers.now());
  else token.replace(accessToken);
  return {};
}
