import { writeFile } from "node:fs/promises";
import { createCallboard } from "@callboard/core";
import { type CrmTemplateName, crmTemplates } from "@callboard/preset-crm";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { memoryStorage } from "@callboard/storage-memory";
import { whatsappTransport } from "@callboard/transport-whatsapp";
import { startSimulator } from "@callboard/whatsapp-simulator";
import { expect, test } from "vitest";
import { isChromiumAbsent, launchChromium } from "./chromium.js";
import { eventually, serveWebhook, simulatorAccount, urlOf } from "./whatsapp-stage.js";

const people = { rudo: "Rudo Moyo", chipo: "Chipo Dube", anesu: "Anesu Banda" };
const phones = { rudo: "+263771234501", chipo: "+263771234503", anesu: "+263771234509" };
const templates = crmTemplates();

/** Who is told what, in this order. */
const day: readonly (readonly [keyof typeof people, CrmTemplateName])[] = [
  ["rudo", "new_order_created"],
  ["chipo", "human_handover_flow"],
  ["anesu", "customer_invoice_confirmation"],
];

if (isChromiumAbsent) console.log("Left out, because there is no Chromium: an acknowledgement in a browser.");

test.skipIf(isChromiumAbsent)(
  "a person who presses Acknowledge on their phone has acknowledged the notification, and nobody else has",
  { timeout: 120_000 },
  async () => {
    const simulator = await startSimulator({
      people: Object.fromEntries(
        Object.entries(people).map(([userId, name]) => [phones[userId as "rudo"], name]),
      ),
      statusDelaysMs: { sent: 20, delivered: 40, read: 60 },
      templateReview: { delayMs: 0 },
    });
    const callboard = createCallboard({
      ...{ storage: memoryStorage(), scheduler: inProcessScheduler(), templates },
      transports: [
        whatsappTransport({
          ...simulatorAccount,
          ...{ baseUrl: simulator.url, businessAccountId: "100000000000002" },
        }),
      ],
    });
    const server = await serveWebhook((request) => callboard.webhook("whatsapp", request));
    const browser = await launchChromium();
    try {
      simulator.setWebhookUrl(urlOf(server));
      await callboard.contacts.save(
        Object.entries(people).map(([userId, name]) => ({
          ...{ userId, name, addresses: { whatsapp: phones[userId as "rudo"] } },
        })),
      );
      await callboard.start();
      await callboard.templates.apply(await callboard.templates.plan());
      await eventually(async () => {
        await callboard.templates.refresh();
        expect(simulator.templates().map(({ status }) => status)).toEqual(Array(12).fill("APPROVED"));
      });
      const ids: string[] = [];
      for (const [userId, template] of day) {
        const context = templates[template].sample as never;
        const { queued } = await callboard.queueNotificationsToUsers({
          template,
          context,
          userIds: [userId],
        });
        ids.push(queued[0]?.id ?? "");
      }
      await eventually(() => expect(simulator.messages().filter(({ readAt }) => readAt)).toHaveLength(3));

      const page = await browser.newPage({ viewport: { width: 1280, height: 810 }, deviceScaleFactor: 2 });
      await page.goto(simulator.phonesUrl, { waitUntil: "domcontentloaded" });
      await page
        .getByRole("article", { name: `Phone of ${people.rudo}` })
        .getByRole("button", { name: "Acknowledge" })
        .click();

      const acknowledged = await eventually(async () => {
        const { notifications } = await callboard.notifications.page({ userId: "rudo", limit: 10 });
        expect(notifications[0]?.acknowledgedAt).toBeInstanceOf(Date);
        return notifications[0];
      });
      expect(acknowledged).toMatchObject({
        ...{ id: ids[0], userId: "rudo", status: "read", address: phones.rudo },
        acknowledgedWith: { label: "Acknowledge" },
      });
      const { notifications } = await callboard.notifications.page({ limit: 10 });
      expect(notifications.filter(({ acknowledgedAt }) => acknowledgedAt !== null)).toHaveLength(1);

      const picture = await page.screenshot({ fullPage: false });
      // `CALLBOARD_SCREENSHOT=1` renews the picture in the README.
      if (process.env.CALLBOARD_SCREENSHOT === "1")
        await writeFile(new URL("../docs/images/phones.png", import.meta.url), picture);
      expect(picture.subarray(1, 4).toString()).toBe("PNG");
    } finally {
      await browser.close();
      await callboard.stop({ drainMs: 1_000 });
      await simulator.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  },
);
