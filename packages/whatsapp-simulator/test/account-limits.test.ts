import fc from "fast-check";
import { expect, test } from "vitest";
import { dayMs, draft, hourMs, openAccount, secondMs, templatesPath } from "./support/open-account.js";
import { templateMessage } from "./support/open-simulator.js";

const to = (index: number) => ({ ...templateMessage("order_shipped"), to: `+26377${1_000_000 + index}` });

type Account = Awaited<ReturnType<typeof openAccount>>;

/** The codes, or statuses, of several sends one after the other. */
async function sendAll({ send }: Account, bodies: readonly unknown[]): Promise<number[]> {
  const codes: number[] = [];
  for (const body of bodies) {
    const answer = await send(body);
    codes.push(answer.body.error?.code ?? answer.status);
  }
  return codes;
}

const times = (count: number, body: unknown) => Array.from({ length: count }, () => body);

test("46 sends to one person at a stretch end with 131056; six seconds later there is room for one", async () => {
  const account = await openAccount();
  expect(await sendAll(account, times(46, to(1)))).toEqual([...times(45, 200), 131056]);
  expect(await sendAll(account, [to(2)])).toEqual([200]);
  await account.clock.advance(6 * secondMs - 1);
  expect(await sendAll(account, [to(1)])).toEqual([131056]);
  await account.clock.advance(1);
  expect(await sendAll(account, times(2, to(1)))).toEqual([200, 131056]);
});

test("sends to one person never exceed the burst and one every six seconds", async () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 20 * secondMs }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(gaps, async (waits) => {
      const account = await openAccount({ limits: { pairBurst: 3, messagesPerSecond: null } });
      const start = account.clock.now().getTime();
      let accepted = 0;
      for (const ms of waits) {
        await account.clock.advance(ms);
        const [code] = await sendAll(account, [to(1)]);
        if (code === 200) accepted += 1;
        const elapsedMs = account.clock.now().getTime() - start;
        expect(accepted).toBeLessThanOrEqual(3 + elapsedMs / 6_000);
      }
      await account.simulator.stop();
    }),
    { numRuns: 20 },
  );
});

test("more sends in a second than the number may make end with 130429, and pass a moment later", async () => {
  const account = await openAccount({ limits: { messagesPerSecond: 20 } });
  const people = Array.from({ length: 21 }, (_, index) => to(index));
  expect(await sendAll(account, people)).toEqual([...times(20, 200), 130429]);
  await account.clock.advance(50);
  expect(await sendAll(account, people.slice(0, 2))).toEqual([200, 130429]);
});

test("a send beyond the messaging limit is accepted, then fails with 131048, until a day has passed", async () => {
  const account = await openAccount({ limits: { messagingLimit: 2 } });
  await sendAll(account, [to(1), to(2), to(1), to(3)]);
  await account.clock.advance(secondMs);
  const codes = () => account.simulator.messages().map(({ errorCode }) => errorCode);
  expect(codes()).toEqual([null, null, null, 131048]);
  await account.clock.advance(dayMs - secondMs - 1);
  await sendAll(account, [to(3)]);
  await account.clock.advance(1);
  await sendAll(account, [to(3)]);
  await account.clock.advance(secondMs);
  expect(codes().slice(-2)).toEqual([131048, null]);
});

test("a person with an open window does not count towards the messaging limit", async () => {
  const account = await openAccount({ limits: { messagingLimit: 1 } });
  await account.simulator.receive({ from: to(1).to, text: "Hi" });
  await sendAll(account, [to(1), to(2)]);
  await account.clock.advance(secondMs);
  expect(account.simulator.messages().map(({ errorCode }) => errorCode)).toEqual([null, null]);
});

test("management calls beyond the hour's limit are refused with 80007 until the first is an hour old", async () => {
  const { call, clock } = await openAccount({ limits: { managementCallsPerHour: 4 } });
  await call("GET", templatesPath);
  await clock.advance(hourMs / 2);
  for (let count = 0; count < 3; count += 1) await call("GET", templatesPath);
  const { status, body, headers } = await call("GET", templatesPath);
  expect([status, body.error.code]).toEqual([400, 80007]);
  const [usage] = JSON.parse(headers.get("x-business-use-case-usage") ?? "")["100000000000002"];
  expect(usage).toMatchObject({
    type: "whatsapp_business_management",
    call_count: 100,
    estimated_time_to_regain_access: 30,
  });
  await clock.advance(hourMs / 2);
  expect((await call("GET", templatesPath)).status).toBe(200);
});

test.each([
  ["a list", "GET", templatesPath, undefined],
  ["a refused creation", "POST", templatesPath, {}],
  ["the phone number", "GET", "100000000000001", undefined],
])("%s comes with the usage of the account and the app", async (_, method, path, sent) => {
  const { call } = await openAccount();
  const { headers } = await call(method, path, sent);
  expect(JSON.parse(headers.get("x-app-usage") ?? "")).toEqual({
    call_count: 1,
    total_cputime: 1,
    total_time: 1,
  });
  expect(headers.get("x-business-use-case-usage")).toMatch(/"call_count":1,/);
});

test("a send comes without usage headers and uses up nothing", async () => {
  const { send, call } = await openAccount();
  expect((await send(to(1))).headers.get("x-business-use-case-usage")).toBeNull();
  expect((await call("GET", templatesPath)).headers.get("x-app-usage")).toMatch(/"call_count":1,/);
});

test("templates beyond the hour's creations are refused with 80007; refused ones do not count", async () => {
  const { call, clock } = await openAccount({ limits: { templateCreationsPerHour: 2 } });
  const create = async (name: string) => {
    const { status, body } = await call("POST", templatesPath, draft({ name }));
    return body.error?.code ?? status;
  };
  expect([await create("A"), await create("a"), await create("b"), await create("c")]).toEqual([
    100, 200, 200, 80007,
  ]);
  await clock.advance(hourMs);
  expect(await create("c")).toBe(200);
});

test('limits "none" lifts every limit', async () => {
  const account = await openAccount({ limits: "none" });
  const codes = await sendAll(account, times(100, to(1)));
  expect(new Set(codes)).toEqual(new Set([200]));
});

test("startSimulator() names a limit that does not fit", async () => {
  await expect(openAccount({ limits: { pairBurst: 0 } })).rejects.toThrow("limits");
});
