import { startSimulator, virtualClock } from "@callboard/whatsapp-simulator";
import { expect, test } from "vitest";
import { hourMs, openAccount, phoneNumberId, templatesPath } from "./support/open-account.js";
import { type Answered, authorized, templateMessage } from "./support/open-simulator.js";

async function get(url: string, headers: Record<string, string> = authorized): Promise<Answered> {
  const response = await fetch(url, { headers });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

test.each([
  ["/v26.0", "v26.0"],
  ["/v25.0", "v25.0"],
  ["/v21.0", "v21.0"],
  // Dead since 24 September 2026: the oldest living version answers.
  ["/v20.0", "v21.0"],
  ["/v2.12", "v21.0"],
  ["", "v21.0"],
])("in November 2026 a call to %j is answered by %s", async (prefix, version) => {
  const { simulator } = await openAccount();
  const { status, headers } = await get(`${simulator.url}${prefix}/${phoneNumberId}`);
  expect([status, headers.get("facebook-api-version")]).toEqual([200, version]);
});

test("a version that has died on the simulator's clock is replaced by the next one", async () => {
  const { simulator } = await openAccount({ clock: virtualClock(new Date("2027-06-01T00:00:00Z")) });
  const { headers } = await get(`${simulator.url}/v22.0/${phoneNumberId}`);
  expect(headers.get("facebook-api-version")).toBe("v23.0");
});

test.each([
  "/v27.0/1/messages",
  "/v25.1/1/messages",
  "/v25.0",
  "/v25.0/1/parcels",
  "/v25.0/1/messages/2",
  "//",
])("GET %s is an unknown path: 2500", async (path) => {
  const { simulator } = await openAccount();
  const { status, body } = await get(`${simulator.url}${path}`);
  expect([status, body.error.code]).toEqual([400, 2500]);
});

test.each([
  ["GET", "999"],
  ["GET", "999/message_templates"],
  ["POST", "263771234567/messages"],
  ["POST", "999/unpause"],
  ["GET", `${phoneNumberId}/messages`],
  ["GET", `${phoneNumberId}/message_templates`],
  ["POST", phoneNumberId],
  ["PUT", templatesPath],
])("%s %s is an unsupported request: 100 with subcode 33", async (method, path) => {
  const { call } = await openAccount();
  const { status, body } = await call(method, path, method === "GET" ? undefined : {});
  expect([status, body.error.code, body.error.error_subcode]).toEqual([400, 100, 33]);
});

const codes = ({ body }: Answered) => [body.error?.code, body.error?.error_subcode];

test("accessTokenExpiresAt refuses the token from that moment on with 190 and 463", async () => {
  const accessTokenExpiresAt = new Date("2026-11-23T09:00:00Z");
  const { call, clock } = await openAccount({ accessTokenExpiresAt });
  await clock.advance(hourMs - 1);
  expect((await call("GET", phoneNumberId)).status).toBe(200);
  await clock.advance(1);
  const answer = await call("GET", phoneNumberId);
  expect([answer.status, ...codes(answer)]).toEqual([401, 190, 463]);
  expect(answer.body.error.message).toContain("Session has expired");
});

test("setAccessToken() refuses the former token with 467, and reset() brings it back", async () => {
  const { call, simulator } = await openAccount();
  simulator.setAccessToken("fresh");
  expect(codes(await call("GET", phoneNumberId))).toEqual([190, 467]);
  const fresh = { authorization: "Bearer fresh" };
  expect((await get(`${simulator.url}/v25.0/${phoneNumberId}`, fresh)).status).toBe(200);
  simulator.reset();
  expect((await call("GET", phoneNumberId)).status).toBe(200);
});

test("an unknown token is refused with 190 and no subcode", async () => {
  const { simulator } = await openAccount();
  const answer = await get(`${simulator.url}/v25.0/${phoneNumberId}`, { authorization: "Bearer x" });
  expect(codes(answer)).toEqual([190, undefined]);
});

test("GET of the number tells what is asked for", async () => {
  const { call } = await openAccount({ limits: { messagingLimit: 2_000 } });
  const fields = "display_phone_number,quality_rating,throughput,whatsapp_business_manager_messaging_limit";
  expect((await call("GET", `${phoneNumberId}?fields=${fields}`)).body).toEqual({
    id: phoneNumberId,
    display_phone_number: "+15550100000",
    quality_rating: "GREEN",
    throughput: { level: "STANDARD" },
    whatsapp_business_manager_messaging_limit: "TIER_2K",
  });
});

test("two simulators with one seed give the same ids, and with another seed others", async () => {
  const idsOf = async (seed: number | null) => {
    const { simulator, send } = await openAccount({ seed, templates: [{ name: "a", language: "en_US" }] });
    const { body } = await send(templateMessage("a"));
    const reply = await simulator.receive({ from: "+263771234567", text: "Hi" });
    return [simulator.templates()[0]?.id, body.messages[0].id, reply];
  };
  const first = await idsOf(7);
  expect(await idsOf(7)).toEqual(first);
  expect(await idsOf(8)).not.toEqual(first);
  expect(await idsOf(null)).not.toEqual(await idsOf(null));
});

test("startSimulator() without a clock and options accepts a template at once", async () => {
  const simulator = await startSimulator();
  const response = await fetch(`${simulator.url}/v25.0/${phoneNumberId}/messages`, {
    method: "POST",
    headers: authorized,
    body: JSON.stringify(templateMessage("order_shipped")),
  });
  await simulator.stop();
  expect(response.status).toBe(200);
});
