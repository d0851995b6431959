import { startSimulator, type WhatsappSimulator } from "@callboard/whatsapp-simulator";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isChromiumAbsent, launchChromium } from "./chromium.js";

if (isChromiumAbsent) console.log("Left out, because there is no Chromium: the phones page in a browser.");

describe.skipIf(isChromiumAbsent)("the phones page in a browser", () => {
  let browser: Browser;
  let page: Page;
  let simulator: WhatsappSimulator;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);

  afterAll(() => browser.close());

  beforeEach(async () => {
    simulator = await startSimulator({ window: "open", people: { "+263771234501": "Rudo Moyo" } });
    page = await browser.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(simulator.phonesUrl, { waitUntil: "domcontentloaded" });
  });

  afterEach(async () => {
    await page.close();
    await simulator.stop();
    expect(complaints).toEqual([]);
  });

  const send = (message: object) =>
    fetch(`${simulator.url}/v25.0/100000000000001/messages`, {
      method: "POST",
      headers: { authorization: "Bearer simulator-access-token", "content-type": "application/json" },
      body: JSON.stringify({ messaging_product: "whatsapp", to: "+263771234501", ...message }),
    });

  test("a message that is sent appears on its phone without a reload, formatted and harmless", async () => {
    await page.getByText("Rudo Moyo").waitFor();
    const body = "Order *SO-1042* <img src=x onerror=alert(1)>";
    expect((await send({ type: "text", text: { body } })).status).toBe(200);
    await page.getByText("SO-1042", { exact: true }).waitFor();
    expect(await page.locator("strong, b").getByText("SO-1042").count()).toBe(1);
    expect(await page.locator("img[onerror]").count()).toBe(0);
  });

  test("a reply button that is pressed reaches the business as that person's answer", async () => {
    await send({
      type: "interactive",
      interactive: {
        type: "button",
        body: { text: "Order SO-1042 awaits your review." },
        action: { buttons: [{ type: "reply", reply: { id: "acknowledge", title: "Acknowledge" } }] },
      },
    });
    await page.getByRole("button", { name: "Acknowledge" }).click();
    await expect
      .poll(() => simulator.replies().map(({ from, text }) => [from, text]))
      .toEqual([["+263771234501", "Acknowledge"]]);
  });

  test("a template is paused from the keyboard, and its card says so without a reload", async () => {
    await fetch(`${simulator.url}/v25.0/100000000000002/message_templates`, {
      method: "POST",
      headers: { authorization: "Bearer simulator-access-token", "content-type": "application/json" },
      body: JSON.stringify({
        name: "order_shipped",
        language: "en_US",
        category: "UTILITY",
        components: [{ type: "BODY", text: "Your order is on its way." }],
      }),
    });
    await page.goto(simulator.templatesUrl, { waitUntil: "domcontentloaded" });
    const card = page.getByRole("article", { name: "Template order_shipped, en_US" });
    await card.getByRole("button", { name: "Approve" }).press("Enter");
    await card.getByText("Approved", { exact: true }).waitFor();
    await card.getByRole("button", { name: "Pause" }).press("Enter");
    await card.getByText(/^Paused until/).waitFor();
    expect(await card.evaluate((element) => element.contains(element.ownerDocument.activeElement))).toBe(
      true,
    );
    expect(simulator.templates()[0]?.status).toBe("PAUSED");
  });
});
