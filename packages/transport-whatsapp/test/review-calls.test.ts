import { inspect } from "node:util";
import { DeliveryError, type ReviewStep } from "@callboard/core/adapter";
import { expect, test } from "vitest";
import { corpusFiles } from "./corpus.js";
import { accessToken, failureOf as deliveryErrorOf } from "./fixtures.js";
import { graphError, json, type Reply, text } from "./graph-server.js";
import {
  businessAccountId,
  daysAgo,
  knownOf,
  now,
  otherWords,
  remoteOf,
  reviewStage,
  templateOf,
} from "./review-stage.js";

const listPath = `/v25.0/${businessAccountId}/message_templates`;

/** Pages of one template each; `stale` cursors are refused once. */
function pages(count: number, stale: ReadonlySet<number> = new Set()): Reply {
  const refused = new Set(stale);
  return (response, request) => {
    const after = new URL(request.url ?? "", "http://x").searchParams.get("after");
    const page = after === null ? 0 : Number(after);
    if (refused.delete(page)) return json(400, graphError(131059))(response, request);
    const paging = {
      cursors: { after: String(page + 1) },
      ...(page + 1 < count && { next: "https://next" }),
    };
    const data = [
      { id: String(page), name: `t_${page}`, language: "en", status: "APPROVED", components: [] },
    ];
    return json(200, { data, paging })(response, request);
  };
}

test("plan() reads every page, and gives each template once", async () => {
  const { server, plan } = await reviewStage();
  server.replyWith(pages(3));
  expect((await plan({})).map(({ remoteName }) => remoteName)).toEqual(["t_0", "t_1", "t_2"]);
  const asked = server.received.map(({ url }) => new URL(url ?? "", "http://x"));
  expect(asked.map(({ pathname, searchParams }) => [pathname, searchParams.get("after")])).toEqual([
    [listPath, null],
    [listPath, "1"],
    [listPath, "2"],
  ]);
});

test("plan() begins anew when a cursor has become stale, and gives each template once", async () => {
  const { server, plan } = await reviewStage();
  server.replyWith(pages(3, new Set([2])));
  expect((await plan({})).map(({ remoteName }) => remoteName)).toEqual(["t_0", "t_1", "t_2"]);
  expect(server.received.length).toBe(6);
});

test("plan() gives up on cursors that are always stale", async () => {
  const { server, plan } = await reviewStage();
  server.replyWith((response, request) =>
    request.url?.includes("after=")
      ? json(400, graphError(131059))(response, request)
      : pages(2)(response, request),
  );
  expect((await deliveryErrorOf(plan({}))).providerCode).toBe("131059");
  expect(server.received.length).toBe(8);
});

test("plan() gives up on a list that leads back to a page", async () => {
  const { server, plan } = await reviewStage();
  server.replyWith(json(200, { data: [], paging: { next: "https://next", cursors: { after: "same" } } }));
  expect((await deliveryErrorOf(plan({}))).message).toMatch(/read before/);
});

const passing: [what: string, reply: Reply][] = [
  ["a fault that Meta calls temporary", json(500, graphError(2, { is_transient: true }))],
  ["HTML of a gateway", text(502, "<html></html>")],
  ["a reset", (response) => response.socket?.resetAndDestroy()],
];
test.each(passing)("plan() reads again after %s", async (_, reply) => {
  const { server, plan } = await reviewStage();
  const replies = [reply, reply];
  server.replyWith((response, request) => (replies.pop() ?? pages(1))(response, request));
  expect((await plan({})).length).toBe(1);
});

test("plan() that gets no answer three times is a retry that changed nothing", async () => {
  const { server, plan } = await reviewStage();
  server.replyWith(text(502, "<html></html>"));
  const error = await deliveryErrorOf(plan({}));
  expect([error.failureClass, server.received.length]).toEqual(["retry", 3]);
});

test("plan() takes a list of many kilobytes", async () => {
  const { plan, remote } = await reviewStage();
  const components = [{ type: "BODY", text: "x".repeat(1_000) }];
  remote(
    Array.from({ length: 300 }, (_, id) => ({ id: String(id), name: `t_${id}`, language: "en", components })),
  );
  expect((await plan({})).length).toBe(300);
});

test("plan() asks once a minute when four fifths of the hour's calls are used up", async () => {
  const { server, plan } = await reviewStage();
  const usage = (percent: number) => ({
    "x-business-use-case-usage": JSON.stringify({
      [businessAccountId]: [{ type: "whatsapp", call_count: percent }],
    }),
  });
  server.replyWith(json(200, { data: [] }, usage(79)));
  await plan({});
  server.replyWith(json(200, { data: [] }, usage(80)));
  await plan({});
  const error = await deliveryErrorOf(plan({}));
  expect(error).toMatchObject({ failureClass: "sender", unsent: true, retryAfterMs: 60_000 });
  expect(error.message).toMatch(/before 2026-11-24T12:01:00.000Z.*80 %/);
  expect(server.received.length).toBe(2);
  await plan({ at: new Date(now.getTime() + 60_000) });
  expect(server.received.length).toBe(3);
});

test.each([4, 613, 80007])(
  "plan() refused with %i is not repeated before the minutes that Meta names",
  async (code) => {
    const { server, plan } = await reviewStage();
    const usage = JSON.stringify({ [businessAccountId]: [{ estimated_time_to_regain_access: 7 }] });
    server.replyWith(json(400, graphError(code), { "x-business-use-case-usage": usage }));
    expect(await deliveryErrorOf(plan({}))).toMatchObject({ failureClass: "sender", retryAfterMs: 420_000 });
    const early = new Date(now.getTime() + 419_999);
    expect((await deliveryErrorOf(plan({ at: early }))).unsent).toBe(true);
    expect(server.received.length).toBe(1);
  },
);

test("plan() with the id of another account names the option", async () => {
  const { server, plan } = await reviewStage();
  server.replyWith(json(400, graphError(100, { error_subcode: 33 })));
  const error = await deliveryErrorOf(plan({}));
  expect([error.failureClass, error.hint]).toEqual(["sender", expect.stringMatching(/businessAccountId/)]);
});

test("apply() creates, and keeps what Meta made of it", async () => {
  const { server, reviewer, planOne } = await reviewStage();
  const step = await planOne(templateOf());
  server.replyWith(json(200, { id: "594425479261596", status: "PENDING", category: "MARKETING" }));
  expect(await reviewer.apply(step, { now })).toEqual({
    channel: "whatsapp",
    remoteName: "order_created",
    language: "en_US",
    remoteId: "594425479261596",
    template: "order_created",
    version: 1,
    fingerprint: step.fingerprint,
    expressions: ["it.order"],
    status: "pending",
    category: "MARKETING",
    reason: null,
    submittedAt: now,
    editedAt: [],
    // Whatever Meta says by a clock that is a little behind is news.
    statusAt: new Date(now.getTime() - 60_000),
  });
  expect([server.received.at(-1)?.url, server.lastJson()]).toEqual([listPath, step.payload]);
});

test("apply() edits, and counts the edits of the last 30 days", async () => {
  const { server, reviewer, planOne, remote } = await reviewStage();
  const first = await planOne(templateOf());
  remote([remoteOf(first)]);
  const known = knownOf(first, { editedAt: [daysAgo(31), daysAgo(3)] });
  const step = await planOne(templateOf({ version: 2, body: otherWords }), [known]);
  server.replyWith(json(200, { success: true }));
  expect(await reviewer.apply(step, { now })).toMatchObject({
    version: 2,
    remoteId: "900001",
    status: "pending",
    editedAt: [daysAgo(3), now],
    submittedAt: now,
  });
  expect([server.received.at(-1)?.url, server.lastJson()]).toEqual(["/v25.0/900001", step.payload]);
});

test("apply() adopts how a template stands, without handing anything in", async () => {
  const { server, reviewer, planOne, remote } = await reviewStage();
  const first = await planOne(templateOf());
  remote([remoteOf(first)]);
  const step = await planOne(templateOf());
  server.replyWith(json(200, remoteOf(first, { status: "PAUSED" })));
  expect(await reviewer.apply(step, { now })).toMatchObject({
    status: "paused",
    remoteId: "900001",
    version: 1,
  });
  expect(server.received.map(({ method }) => method)).toEqual(["GET", "GET", "GET"]);
});

test("apply() whose answer is lost is uncertain, is not repeated, and names the cure", async () => {
  const { server, reviewer, planOne } = await reviewStage();
  const step = await planOne(templateOf());
  for (const reply of [passing[1], passing[2]].flatMap((entry) => entry?.[1] ?? [])) {
    server.replyWith(reply);
    const error = await deliveryErrorOf(reviewer.apply(step, { now }));
    expect([error.failureClass, error.hint]).toEqual(["uncertain", expect.stringMatching(/Plan again/)]);
  }
  expect(server.received.length).toBe(3);
});

const refusals: [subcode: number, failureClass: string, words: RegExp][] = [
  [2388019, "permanent-request", /account is full/],
  [2388023, "retry-later", /30 days/],
  [2388024, "permanent-request", /Plan again/],
  [2388039, "retry-later", /reviewed/],
  [2388040, "permanent-request", /Shorten/],
  [2388043, "permanent-request", /example/],
  [2388046, "permanent-request", /lower case/],
  [2388047, "permanent-request", /header/],
  [2388050, "permanent-request", /contact button/],
  [2388072, "permanent-request", /body/],
  [2388073, "permanent-request", /footer/],
  [2388153, "permanent-request", /contact button/],
  [2388155, "permanent-request", /sample/],
  [2388293, "permanent-request", /more words/],
  [2388299, "permanent-request", /before the first variable/],
  [2399999, "permanent-request", /not known here/],
];
test.each(refusals)(
  "apply() refused with subcode %i is %s, and says what to do in any language",
  async (subcode, failureClass, words) => {
    const { server, reviewer, planOne } = await reviewStage();
    const step = await planOne(templateOf());
    const localised = {
      error_subcode: subcode,
      error_user_title: "Não é possível",
      error_user_msg: "O modelo é inválido",
    };
    server.replyWith(json(400, graphError(100, localised)));
    const error = await deliveryErrorOf(reviewer.apply(step, { now }));
    expect([error.failureClass, error.providerCode]).toEqual([failureClass, `100/${subcode}`]);
    expect(error.hint).toMatch(words);
    expect(error.message).toContain("O modelo é inválido");
  },
);

const realRefusals = corpusFiles("errors").filter(([name]) => /^http400-(?:create|edit)-/.test(name));
test.runIf(realRefusals.length > 0).each(realRefusals)(
  "apply() refused as in %s has words and a cure",
  async (_, body) => {
    const { server, reviewer, planOne } = await reviewStage();
    const step = await planOne(templateOf());
    server.replyWith(text(400, body));
    const error = await deliveryErrorOf(reviewer.apply(step, { now }));
    expect(error.providerCode).toMatch(/^100/);
    expect(["permanent-request", "retry-later"]).toContain(error.failureClass);
    expect(error.hint.length).toBeGreaterThan(20);
  },
);

test("apply() without the permission names the one for templates", async () => {
  const { server, reviewer, planOne } = await reviewStage();
  const step = await planOne(templateOf());
  server.replyWith(json(403, graphError(200)));
  expect((await deliveryErrorOf(reviewer.apply(step, { now }))).hint).toMatch(/whatsapp_business_management/);
});

test.each(["unchanged", "wait", "drifted", "refused", "unknown"] as const)(
  "apply() refuses a step to %s, and asks nobody",
  async (action) => {
    const { server, reviewer, planOne } = await reviewStage();
    const step: ReviewStep = { ...(await planOne(templateOf())), action };
    await expect(reviewer.apply(step, { now })).rejects.toThrow(/creates, edits or adopts/);
    expect(server.received.length).toBe(1);
  },
);

const standings: [remote: object, status: string, reason: string | null][] = [
  [{ status: "APPROVED" }, "approved", null],
  [{ status: "PENDING" }, "pending", null],
  [{ status: "IN_APPEAL", rejected_reason: "SCAM" }, "pending", "SCAM"],
  [{ status: "REJECTED", rejected_reason: "INVALID_FORMAT" }, "rejected", "INVALID_FORMAT"],
  [{ status: "LIMIT_EXCEEDED" }, "rejected", "LIMIT_EXCEEDED"],
  [{ status: "PAUSED" }, "paused", null],
  [{ status: "DISABLED" }, "disabled", null],
  [{ status: "ARCHIVED" }, "missing", "ARCHIVED"],
  [{ status: "PENDING_DELETION" }, "missing", "PENDING_DELETION"],
  [{ status: "DELETED" }, "missing", null],
  [{ status: "NEWLY_INVENTED" }, "pending", "Meta calls its state NEWLY_INVENTED."],
];
test.each(standings)("poll() tells %o as %s", async (changes, status, reason) => {
  const { reviewer, planOne, remote, server } = await reviewStage();
  const step = await planOne(templateOf());
  remote([remoteOf(step, { ...changes, category: "MARKETING" })]);
  expect(await reviewer.poll([knownOf(step)], { now })).toEqual([
    {
      channel: "whatsapp",
      remoteId: "900001",
      remoteName: "order_created",
      language: "en_US",
      status,
      category: "MARKETING",
      reason,
      at: now,
    },
  ]);
  expect(server.received.length).toBe(2);
});

test("poll() tells what is not listed as missing, and asks nothing when nothing is known", async () => {
  const { reviewer, planOne, server } = await reviewStage();
  const known = knownOf(await planOne(templateOf()));
  expect(await reviewer.poll([known], { now })).toMatchObject([{ status: "missing", category: null }]);
  expect(await reviewer.poll([], { now })).toEqual([]);
  expect(server.received.length).toBe(2);
});

test("statusAfter() reads how a template stands from the code of a refused message", async () => {
  const { reviewer } = await reviewStage();
  const after = (providerCode: string | null) =>
    reviewer.statusAfter({ failureClass: "template", providerCode, message: "", hint: "" });
  expect(["132001", "132007", "132015", "132016", "131047", null].map(after)).toEqual([
    "missing",
    "rejected",
    "paused",
    "disabled",
    null,
    null,
  ]);
});

test("no error about templates repeats the token", async () => {
  const { server, reviewer, planOne, plan } = await reviewStage();
  const step = await planOne(templateOf());
  const echo = graphError(100, { error_user_msg: `Bearer ${accessToken} is not welcome` });
  server.replyWith(json(400, echo));
  const errors = [await deliveryErrorOf(plan({})), await deliveryErrorOf(reviewer.apply(step, { now }))];
  expect(errors.every(DeliveryError.is)).toBe(true);
  expect(inspect(errors, { depth: 9, showHidden: true })).not.toContain(accessToken);
});
