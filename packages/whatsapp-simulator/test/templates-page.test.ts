import { expect, test } from "vitest";
import { authorized, openSimulator } from "./support/open-simulator.js";
import { webhookReceiver } from "./support/webhook-receiver.js";

const page = (url: string) => fetch(url).then((response) => response.text());
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const asForm = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };

const orderShipped = {
  name: "order_shipped",
  language: "en_US",
  header: "Order {{1}}",
  body: "Hello *{{1}}*, it comes on {{2}}.",
  footer: "Reply STOP to end",
  buttons: [{ type: "quick_reply" as const, text: "Not at home" }],
};

async function opened(options = {}) {
  const simulation = await openSimulator({ templates: [orderShipped], ...options });
  const { simulator, post } = simulation;
  const id = simulator.templates()[0]?.id ?? expect.fail();
  return {
    ...simulation,
    id,
    markup: () => page(simulator.templatesUrl),
    decide: (fields: Record<string, string>, headers: Record<string, string> = asForm) =>
      fetch(`${simulator.url}/templates/${id}/decisions`, {
        method: "POST",
        headers,
        body: form(fields),
        redirect: "manual",
      }),
    post,
  };
}

test("a template shows its words, variables, buttons, category, language and status", async () => {
  const { markup } = await opened();
  const found = await markup();
  expect(found).toContain("<h2>order_shipped</h2>");
  expect(found).toContain(
    'Hello <strong><span class="variable">1</span></strong>, it comes on <span class="variable">2</span>.',
  );
  for (const words of ["Reply STOP to end", "Not at home", "Utility", "en_US", "Approved"]) {
    expect(found).toContain(words);
  }
});

test("without any template the page says what to do", async () => {
  const { simulator } = await openSimulator();
  expect(await page(simulator.templatesUrl)).toContain(
    `POST ${simulator.url}/v25.0/100000000000002/message_templates`,
  );
});

test("a created template waits for a person, who approves it; the host is told", async () => {
  const receiver = await webhookReceiver();
  const { simulator, post } = await openSimulator({ webhookUrl: receiver.url, templateReview: null });
  const body = { type: "BODY", text: "Your claim is approved." };
  const created = { name: "claim", language: "en_US", category: "UTILITY", components: [body] };
  await post("/v25.0/100000000000002/message_templates", JSON.stringify(created), authorized);
  expect(await page(simulator.templatesUrl)).toContain("<b>1</b> in review");
  const [template = expect.fail()] = simulator.templates();
  await post(`/templates/${template.id}/decisions`, form({ kind: "approve" }), asForm);
  await simulator.settled();
  expect(simulator.templates()[0]?.status).toBe("APPROVED");
  const events = receiver.received.map(({ body: { entry } }) => entry[0].changes[0].value.event);
  expect(events.at(-1)).toBe("APPROVED");
  expect(await page(simulator.templatesUrl)).not.toContain("in review");
});

const decisions: [fields: Record<string, string>, status: string, shown: string][] = [
  [{ kind: "reject", reason: "TAG_CONTENT_MISMATCH" }, "REJECTED", "Rejected: Tag content mismatch"],
  [{ kind: "pause" }, "PAUSED", "Paused until"],
  [{ kind: "disable" }, "DISABLED", "Disabled"],
  [{ kind: "recategorise", category: "MARKETING" }, "APPROVED", "Was Utility before"],
];

test.each(decisions)("the decision %j is carried out and shown", async (fields, status, shown) => {
  const { simulator, decide, markup, id } = await opened();
  const response = await decide(fields);
  expect([response.status, response.headers.get("location")]).toEqual([303, `/templates#template-${id}`]);
  expect(simulator.templates()[0]?.status).toBe(status);
  expect(await markup()).toContain(shown);
});

test("the forms on the page are those that the simulator takes", async () => {
  const { simulator, markup, id } = await opened();
  const found = await markup();
  const kinds = [...found.matchAll(/name="kind" value="(\w+)"/g)].map(([, kind]) => kind);
  expect(kinds).toEqual(["pause", "disable", "recategorise", "reject"]);
  expect(found).toContain('<select name="reason" aria-label="Reason for rejection">');
  simulator.decideTemplate(id, { kind: "pause" });
  expect(await markup()).toContain('name="kind" value="unpause"');
});

test("the forms refuse other web sites, unknown decisions and unknown templates", async () => {
  const { simulator, decide, post } = await opened();
  expect((await decide({ kind: "disable" }, { ...asForm, "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await decide({ kind: "applaud" })).status).toBe(400);
  expect((await decide({ kind: "reject", reason: "BORING" })).status).toBe(400);
  expect((await post("/templates/1/decisions", form({ kind: "approve" }), asForm)).status).toBe(400);
  expect(simulator.templates()[0]?.status).toBe("APPROVED");
});

test("hostile words of a template stay text", async () => {
  const hostile = `<img src=x onerror="alert(1)"> https://x.example/{{1}}"onclick="alert(1)`;
  const { markup } = await opened({
    templates: [
      {
        ...orderShipped,
        header: hostile.slice(0, 40),
        body: hostile,
        footer: hostile.slice(0, 40),
        buttons: [{ type: "url", text: "<b>Go</b>", url: "javascript:alert(1)" }],
      },
    ],
  });
  const found = await markup();
  expect(found).not.toContain("<img");
  expect(found).not.toContain("<b>Go");
  expect(found.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\son\w+=/);
  expect(found).not.toContain("javascript:");
});

test("an open page hears of a decision", async () => {
  const { simulator, id } = await opened();
  const response = await fetch(`${simulator.url}/phones/events`);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  await reader.read();
  simulator.decideTemplate(id, { kind: "pause" });
  expect((await reader.read()).value).toContain("event: change");
});
