import type { Simulation } from "../simulation.js";
import { disableTemplate } from "./disable-template.js";
import { dropHeldMessages } from "./hold-message.js";
import { changeTemplate, requiredTemplate } from "./required-template.js";
import type { StoredTemplate } from "./stored-template.js";
import { sendTemplateStatus } from "./template-webhook.js";
import { unpauseTemplate } from "./unpause-template.js";

const hourMs = 3_600_000;

const pauseKinds = [
  { title: "FIRST_PAUSE", lastsMs: 3 * hourMs },
  { title: "SECOND_PAUSE", lastsMs: 6 * hourMs },
] as const;

/**
 * Stops a template for low quality: three hours the first time, six the second, for good the third.
 * It goes on by itself when the time is over.
 *
 * @throws {TypeError} There is no template with this id.
 * @see https://developers.facebook.com/docs/whatsapp/message-templates/guidelines#template-pausing
 */
export function pauseTemplate(simulation: Simulation, id: string): StoredTemplate {
  const { pauses } = requiredTemplate(simulation, id);
  const kind = pauseKinds[pauses];
  if (kind === undefined) return disableTemplate(simulation, id);
  const pausedUntil = new Date(simulation.timers.now().getTime() + kind.lastsMs);
  const template = changeTemplate(simulation, id, { status: "PAUSED", pauses: pauses + 1, pausedUntil });
  const description = `The template is paused for ${kind.lastsMs / hourMs} hours because of low quality.`;
  sendTemplateStatus(simulation, template, {
    event: "PAUSED",
    info: { other_info: { title: kind.title, description } },
  });
  dropHeldMessages(simulation, id);
  simulation.timers.after(kind.lastsMs, () => endPause(simulation, id, pausedUntil));
  return template;
}

/** A pause that was ended by hand, or replaced by another one, has nothing left to end. */
function endPause(simulation: Simulation, id: string, pausedUntil: Date): void {
  const template = simulation.templates.byId(id);
  const isThisPause = template?.pausedUntil?.getTime() === pausedUntil.getTime();
  if (isThisPause) unpauseTemplate(simulation, id);
}
