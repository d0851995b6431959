import { get } from "node:http";
import { expect, test } from "vitest";
import { openSimulator, templateMessage, textMessage } from "./support/open-simulator.js";
import { webhookReceiver } from "./support/webhook-receiver.js";

const page = (url: string) => fetch(url).then((response) => response.text());

test("the page is served at / and /phones with a strict content security policy", async () => {
  const { simulator } = await openSimulator();
  for (const url of [simulator.url, simulator.phonesUrl]) {
    const { headers } = await fetch(url);
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'self'; script-src 'self';/,
    );
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  }
});

test("every file that the page names is served, and none comes from elsewhere", async () => {
  const { simulator } = await openSimulator();
  const files = [...(await page(simulator.phonesUrl)).matchAll(/(?:src|href)="([^"]+)"/g)].map(
    ([, file]) => file ?? "",
  );
  expect(files).toEqual([
    "/assets/icon.svg",
    "/assets/pages.css",
    "/assets/pages.js",
    "/phones",
    "/templates",
  ]);
  const styles = await page(`${simulator.url}/assets/pages.css`);
  files.push(...[...styles.matchAll(/url\("([^"]+)"\)/g)].map(([, file]) => file ?? ""));
  for (const file of files) expect((await fetch(`${simulator.url}${file}`)).status).toBe(200);
});

test("without any phone the page says what to do", async () => {
  const { simulator } = await openSimulator();
  expect(await page(simulator.phonesUrl)).toContain(`POST ${simulator.url}/v25.0/100000000000001/messages`);
});

test("hostile text, names and callback data stay text", async () => {
  const hostile = `<img src=x onerror="alert(1)">'&`;
  const { simulator, send } = await openSimulator({ people: { "+263771234567": hostile } });
  await send(textMessage(hostile, { biz_opaque_callback_data: hostile }));
  await send(textMessage(`*${hostile}* \`\`\`${hostile}\`\`\` https://x.example/"onclick="alert(1)`));
  await send(templateMessage(hostile, { parameters: [hostile] }));
  await simulator.receive({ from: "+263771234567", text: hostile });
  const markup = await page(simulator.phonesUrl);
  expect(markup).not.toContain("<img");
  expect(markup.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\son\w+=/);
  expect(markup).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;");
});

const formatted: [source: string, markup: string][] = [
  ["*bold*, _italic_ and ~gone~", "<strong>bold</strong>, <em>italic</em> and <s>gone</s>"],
  ["*bold _and italic_*", "<strong>bold <em>and italic</em></strong>"],
  ["2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"],
  ["```let *x* = 1;```", '<code class="block">let *x* = 1;</code>'],
  ["`*x*`", "<code>*x*</code>"],
  ["> quoted", '<span class="quote">quoted</span>'],
  ["- item", '<span class="item">• item</span>'],
  ["*unfinished", "*unfinished"],
  ["<b>*x*</b>", "&lt;b&gt;<strong>x</strong>&lt;/b&gt;"],
  [
    "see https://x.example/_a_.",
    'see <a href="https://x.example/_a_" target="_blank" rel="noopener noreferrer nofollow">https://x.example/_a_</a>.',
  ],
];

test.each(formatted)("the text %s is shown with WhatsApp's formatting", async (source, markup) => {
  const { simulator, send } = await openSimulator();
  await send(textMessage(source));
  expect(await page(simulator.phonesUrl)).toContain(`<div class="text">${markup}</div>`);
});

test("the ticks follow the status", async () => {
  const { simulator, send, clock } = await openSimulator();
  const shown = async () => /class="ticks (\w+)"/.exec(await page(simulator.phonesUrl))?.[1];
  await send(textMessage("Hello"));
  expect(await shown()).toBe("accepted");
  clock.advance(40);
  expect(await shown()).toBe("sent");
  clock.advance(80);
  expect(await shown()).toBe("delivered");
  clock.advance(280);
  expect(await shown()).toBe("read");
});

test("each phone says whether the business may write freely, and until when", async () => {
  const { simulator, clock } = await openSimulator({
    window: "enforced",
    people: { "+263771234567": "Tariro" },
  });
  expect(await page(simulator.phonesUrl)).toContain("Templates only");
  await simulator.receive({ from: "+263771234567", text: "Hi" });
  expect(await page(simulator.phonesUrl)).toMatch(/Open until <time datetime="2026-11-24T08:00:00.000Z">/);
  clock.advance(24 * 3_600_000);
  expect(await page(simulator.phonesUrl)).toContain("Templates only");
});

test("a phone shows that the business is typing", async () => {
  const { simulator, send } = await openSimulator();
  const message_id = await simulator.receive({ from: "+263771234567", text: "Hi" });
  await send({
    messaging_product: "whatsapp",
    status: "read",
    message_id,
    typing_indicator: { type: "text" },
  });
  expect(await page(simulator.phonesUrl)).toContain("typing…");
});

test("a failed message says why", async () => {
  const { simulator, send, clock } = await openSimulator({ unreachable: ["+263771234567"] });
  await send(textMessage("Hello"));
  clock.advance(1_000);
  expect(await page(simulator.phonesUrl)).toContain("Not delivered: Message undeliverable (131026)");
});

test("a link button with another scheme than http is not a link", async () => {
  const template = {
    name: "trap",
    language: "en_US",
    body: "Hi",
    buttons: [{ type: "url" as const, text: "Go", url: "javascript:alert(1)" }],
  };
  const { simulator, send } = await openSimulator({ templates: [template] });
  await send(templateMessage("trap"));
  const markup = await page(simulator.phonesUrl);
  expect(markup).toContain("<span>Go</span>");
  expect(markup).not.toContain("javascript:");
});

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const asForm = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };

test("the reply box sends what the person writes and returns to the phone", async () => {
  const receiver = await webhookReceiver();
  const { simulator } = await openSimulator({ webhookUrl: receiver.url });
  const response = await fetch(`${simulator.url}/phones/263771234567/replies`, {
    method: "POST",
    headers: asForm,
    body: form({ text: "On my way 🌿" }),
    redirect: "manual",
  });
  expect([response.status, response.headers.get("location")]).toEqual([303, "/phones#phone-263771234567"]);
  await receiver.atLeast(1);
  expect(receiver.received[0]?.value.messages[0]).toMatchObject({
    type: "text",
    text: { body: "On my way 🌿" },
  });
  expect(simulator.replies()).toMatchObject([{ from: "+263771234567", text: "On my way 🌿" }]);
});

test("a quick reply under a message presses it", async () => {
  const receiver = await webhookReceiver();
  const template = {
    name: "ask",
    language: "en_US",
    body: "Well?",
    buttons: [{ type: "quick_reply" as const, text: "Yes" }],
  };
  const { simulator, send, post } = await openSimulator({ webhookUrl: receiver.url, templates: [template] });
  await send(templateMessage("ask"));
  const markup = await page(simulator.phonesUrl);
  const action = /action="([^"]+presses)"/.exec(markup)?.[1] ?? "";
  const message = /name="message" value="([^"]+)"/.exec(markup)?.[1] ?? "";
  await post(action, form({ message, index: "0" }), asForm);
  await receiver.atLeast(1);
  expect(receiver.received[0]?.value.messages[0]).toMatchObject({
    type: "button",
    button: { payload: "Yes" },
  });
});

test("the forms refuse other web sites, unknown buttons and empty replies", async () => {
  const { simulator, post } = await openSimulator();
  const path = "/phones/263771234567/replies";
  expect((await post(path, form({ text: "x" }), { ...asForm, "sec-fetch-site": "cross-site" })).status).toBe(
    403,
  );
  expect((await post(path, form({ text: "x" }), { origin: "https://evil.example" })).status).toBe(403);
  expect((await post(path, form({ text: " " }), asForm)).status).toBe(400);
  expect(
    (await post("/phones/263771234567/presses", form({ message: "x", index: "0" }), asForm)).status,
  ).toBe(400);
  expect((await post("/phones/263771234567/other", "", asForm)).status).toBe(404);
  expect(simulator.replies()).toEqual([]);
});

test("a web site that points its own name at this machine reads nothing", async () => {
  const { simulator } = await openSimulator();
  for (const path of ["/phones", "/phones/events", "/_simulator/messages"]) {
    const headers = { host: "evil.example" };
    const status = await new Promise((resolve) => {
      get(`${simulator.url}${path}`, { headers }, (response) => resolve(response.resume().statusCode));
    });
    expect(status).toBe(421);
  }
});

test("an open page hears of a change, and stop() lets it go", async () => {
  const { simulator, send } = await openSimulator();
  const response = await fetch(`${simulator.url}/phones/events`);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader.read()).value).toContain("event: change");
  await send(textMessage("Hello"));
  expect((await reader.read()).value).toContain("event: change");
  await simulator.stop();
  await expect(reader.read()).rejects.toThrow();
});
