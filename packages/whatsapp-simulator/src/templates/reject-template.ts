import type { Simulation } from "../simulation.js";
import { changeTemplate } from "./required-template.js";
import type { RejectionReason, StoredTemplate } from "./stored-template.js";
import { sendTemplateStatus } from "./template-webhook.js";

/** Words for the author of a rejected template. */
export interface RejectionInfo {
  readonly reason: string;
  readonly recommendation: string;
}

/**
 * Refuses a template until it is edited, and tells the host why.
 *
 * @throws {TypeError} There is no template with this id.
 */
export function rejectTemplate(
  simulation: Simulation,
  id: string,
  reason: RejectionReason,
  info?: RejectionInfo,
): StoredTemplate {
  const template = changeTemplate(simulation, id, {
    status: "REJECTED",
    rejectedReason: reason,
    decidedAt: simulation.timers.now(),
    pausedUntil: null,
  });
  const event = { event: "REJECTED", reason };
  sendTemplateStatus(
    simulation,
    template,
    info === undefined ? event : { ...event, info: { rejection_info: info } },
  );
  return template;
}
