import type { Simulation } from "./simulation.js";
import { checkAnnouncement } from "./webhooks/announcement.js";
import { announcementWebhooks } from "./webhooks/announcement-webhook.js";

/**
 * Tells the host that something happened to a person or to the business account.
 *
 * @returns Resolves once the webhooks were answered or given up.
 * @throws {TypeError} There is no such kind, or its details do not fit.
 */
export function announce(simulation: Simulation, kind: string, details: unknown): { told: Promise<void> } {
  const payloads = announcementWebhooks(simulation, checkAnnouncement(kind, details));
  const told = payloads.map((payload) => simulation.webhooks.send("announcements", payload));
  return { told: Promise.all(told).then(() => {}) };
}
