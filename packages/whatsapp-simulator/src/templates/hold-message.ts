import { failMessage, scheduleStatuses } from "../schedule-statuses.js";
import type { SimulatedMessage } from "../simulated-message.js";
import type { Simulation } from "../simulation.js";
import type { StoredTemplate } from "./stored-template.js";

/** Meta's code for a send of a paused template. */
const paused = 132015;

/**
 * Whether one more send of this template has to wait: a marketing template that people have not yet judged well.
 *
 * @see https://developers.facebook.com/docs/whatsapp/message-templates/guidelines#template-pacing
 */
export function mustHold({ options, pacing }: Simulation, template: StoredTemplate | null): boolean {
  if (options.templatePacing === null || template?.category !== "MARKETING") return false;
  if (template.qualityScore === "GREEN") return false;
  return pacing.countAndHold(template.id, options.templatePacing.after);
}

/** Keeps an accepted message back until its time is over, its template is graded green, or its template is paused. */
export function holdMessage(simulation: Simulation, message: SimulatedMessage, templateId: string): void {
  const heldMs = simulation.options.templatePacing?.heldMs ?? 0;
  simulation.pacing.hold(templateId, message.id);
  simulation.timers.after(heldMs, () => {
    if (simulation.pacing.release(templateId, message.id)) scheduleStatuses(simulation, message, null);
  });
}

/** The template proved good: what was held goes out. */
export function releaseHeldMessages(simulation: Simulation, templateId: string): void {
  for (const id of simulation.pacing.releaseAll(templateId)) {
    const message = simulation.ledger.message(id);
    if (message !== null) scheduleStatuses(simulation, message, null);
  }
}

/** The template proved bad: what was held fails. */
export function dropHeldMessages(simulation: Simulation, templateId: string): void {
  for (const id of simulation.pacing.releaseAll(templateId)) failMessage(simulation, id, paused);
}
