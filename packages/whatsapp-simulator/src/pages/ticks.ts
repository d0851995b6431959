import type { SimulatedStatus } from "../simulated-message.js";
import { type Html, html } from "./html.js";
import { alarm, oneTick, twoTicks, waiting } from "./icons.js";

const icons: Readonly<Record<SimulatedStatus, Html>> = {
  accepted: waiting,
  sent: oneTick,
  delivered: twoTicks,
  read: twoTicks,
  failed: alarm,
};

/** The mark beside the time that tells how far a message has come. */
export function ticks(status: SimulatedStatus): Html {
  return html`<span class="ticks ${status}" role="img" aria-label="${status}" title="${status}">${icons[status]}</span>`;
}
