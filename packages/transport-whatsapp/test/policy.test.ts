import type {
  ChannelTemplate,
  ChannelTemplateStatus,
  Failure,
  MessageToRoute,
  Recipient,
  RenderedButton,
  Route,
  RouteFacts,
  TemplateVersion,
} from "@callboard/core/adapter";
import { type WhatsappTransportOptions, whatsappTransport, windowMs } from "@callboard/transport-whatsapp";
import fc from "fast-check";
import { expect, test } from "vitest";
import { contentOf, settings } from "./fixtures.js";

const now = new Date("2026-11-24T12:00:00Z");
const reviewed = { businessAccountId: "102290129340398" };
const withFallback = { ...reviewed, fallbackTemplate: "any_text" };

const ago = (ms: number) => new Date(now.getTime() - ms);

function recipientOf(lastInboundAt?: Date | null): Recipient {
  const person = {
    userId: "ada",
    name: null,
    locale: null,
    active: true,
    address: "+263771234567",
    optedOut: false,
  };
  return lastInboundAt === undefined ? person : { ...person, lastInboundAt };
}

function knownOf(changes: Partial<ChannelTemplate> = {}): ChannelTemplate {
  return {
    channel: "whatsapp",
    remoteName: "order",
    language: "en_US",
    remoteId: "1",
    template: "order",
    version: 2,
    fingerprint: "f",
    expressions: ["it.order"],
    status: "approved",
    category: "UTILITY",
    reason: null,
    submittedAt: ago(3_600_000),
    editedAt: [],
    statusAt: ago(3_600_000),
    ...changes,
  };
}

/** What the message was written with. */
const words: TemplateVersion = {
  ...{ name: "order", version: 2, body: "Order <%= it.order %> awaits you.", buttons: [] },
  ...{ channels: { whatsapp: settings }, contentHash: "h", createdAt: ago(7_200_000) },
};

const fallback = knownOf({
  remoteName: "any_text",
  template: "any_text",
  version: 1,
  expressions: ["it.text"],
});
const windowClosed: Failure = {
  failureClass: "retry",
  providerCode: "131047",
  message: "closed",
  hint: "wait",
};
const withSettings = { channel: settings, variables: ["SO-1"] };

interface Case {
  readonly options?: Partial<WhatsappTransportOptions>;
  readonly content?: Partial<MessageToRoute["content"]>;
  readonly facts?: Partial<RouteFacts>;
}

function decide({ options = {}, content = {}, facts = {} }: Case): Route {
  const transport = whatsappTransport({ phoneNumberId: "1", accessToken: "token", ...options });
  const message: MessageToRoute = {
    notificationId: "n-1",
    to: "+263771234567",
    template: { name: "order", version: 2 },
    content: contentOf(content),
  };
  const all = { now, recipient: recipientOf(null), templates: [], words, failure: null, ...facts };
  const route = transport.route?.(message, all);
  if (route === undefined) throw new Error("The transport has no route.");
  return route;
}

const own = { form: "template", name: "order", language: "en_US", values: "own" };
const whole = { form: "template", name: "any_text", language: "en_US", values: "whole-text" };
const text = { form: "text" };
const hourAgo = recipientOf(ago(3_600_000));

const sent: [what: string, route: object, given: Case][] = [
  ["free text to whoever wrote an hour ago as text", text, { facts: { recipient: hourAgo } }],
  ["free text as text where nobody knows when they wrote", text, { facts: { recipient: recipientOf() } }],
  ["free text as text to whoever is not known any more", text, { facts: { recipient: null } }],
  [
    "free text by the fallback after the window",
    whole,
    { options: withFallback, facts: { templates: [fallback] } },
  ],
  [
    "free text by the fallback after Meta called the window closed",
    whole,
    { options: withFallback, facts: { templates: [fallback], recipient: hourAgo, failure: windowClosed } },
  ],
  [
    "a template under its name where nothing is handed in from here",
    own,
    { content: { ...withSettings, channel: { ...settings, name: "order" } } },
  ],
  [
    "a template under its name and the suffix",
    { ...own, name: "order_v2" },
    { options: { templateVersionSuffix: "v2" }, content: withSettings },
  ],
  [
    "an approved template",
    own,
    { options: reviewed, content: withSettings, facts: { templates: [knownOf()] } },
  ],
  [
    "an approved template of newer words with the same variables",
    own,
    {
      options: reviewed,
      content: withSettings,
      facts: { templates: [knownOf({ remoteName: "old", status: "paused" }), knownOf({ version: 3 })] },
    },
  ],
  [
    "an approved template of newer words with the same variables, when those of its own are gone",
    own,
    { options: reviewed, content: withSettings, facts: { templates: [knownOf({ version: 3 })] } },
  ],
  [
    "a template whose newer words have other variables by the fallback",
    whole,
    {
      options: withFallback,
      content: withSettings,
      facts: { templates: [knownOf({ version: 3, expressions: ["it.order", "it.customer"] }), fallback] },
    },
  ],
  [
    "the newest of two that are approved",
    { ...own, name: "order_v2" },
    {
      options: reviewed,
      content: withSettings,
      facts: { templates: [knownOf(), knownOf({ remoteName: "order_v2", version: 3 })] },
    },
  ],
  [
    "a rejected template by the fallback",
    whole,
    {
      options: withFallback,
      content: withSettings,
      facts: { templates: [knownOf({ status: "rejected" }), fallback] },
    },
  ],
  [
    "a template as text in the window, when that is preferred",
    text,
    {
      options: { ...reviewed, preferFreeText: true },
      content: withSettings,
      facts: { recipient: hourAgo, templates: [knownOf()] },
    },
  ],
  [
    "a template after the window, though text is preferred",
    own,
    {
      options: { ...reviewed, preferFreeText: true },
      content: withSettings,
      facts: { templates: [knownOf()] },
    },
  ],
  [
    "a template where nobody knows the window, though text is preferred",
    own,
    {
      options: { ...reviewed, preferFreeText: true },
      content: withSettings,
      facts: { recipient: recipientOf(), templates: [knownOf()] },
    },
  ],
  [
    "a template after 131047, though text is preferred",
    own,
    {
      options: { ...reviewed, preferFreeText: true },
      content: withSettings,
      facts: { recipient: hourAgo, failure: windowClosed, templates: [knownOf()] },
    },
  ],
];
test.each(sent)("route() sends %s", (_, route, given) => {
  expect(decide(given)).toMatchObject({ type: "send", route });
});

test("route() says which of Meta's templates a message goes out as, where that is known", () => {
  const known = decide({ options: reviewed, content: withSettings, facts: { templates: [knownOf()] } });
  expect(known).toEqual({ type: "send", route: own, template: { remoteName: "order", language: "en_US" } });
  expect(decide({ content: withSettings })).not.toHaveProperty("template");
});

test("route() does not prefer text whose buttons only a template can have", () => {
  const reply = (id: string): RenderedButton => ({ type: "reply", id, label: id });
  const options = { ...reviewed, preferFreeText: true };
  const facts = { recipient: hourAgo, templates: [knownOf()] };
  const three = [reply("a"), reply("b"), reply("c")];
  const four = [...three, reply("d")];
  expect(decide({ options, facts, content: { ...withSettings, buttons: three } })).toMatchObject({
    route: text,
  });
  expect(decide({ options, facts, content: { ...withSettings, buttons: four } })).toMatchObject({
    route: own,
  });
});

test("route() names the variables of a template that was handed in with named ones", () => {
  const named = knownOf({ expressions: ["it.orderId", "parameters: named"] });
  const content = { ...withSettings, channel: { ...settings, parameterFormat: "named" } };
  const route = { ...own, parameterNames: ["order_id"] };
  expect(decide({ options: reviewed, content, facts: { templates: [named] } })).toMatchObject({
    type: "send",
    route,
  });
});

test("route() closes the window 23 hours and 55 minutes after the last message", () => {
  expect(windowMs).toBe(86_100_000);
  expect(decide({ facts: { recipient: recipientOf(ago(windowMs - 1)) } }).type).toBe("send");
  expect(decide({ facts: { recipient: recipientOf(ago(windowMs)) } }).type).toBe("refuse");
});

const waits: [what: string, words: RegExp, given: Case][] = [
  ["was never handed in", /"order" has not been handed to Meta.*Plan and apply/, {}],
  [
    "is being reviewed",
    /"order", version 2, is still being reviewed.*Nothing to do/,
    { facts: { templates: [knownOf({ status: "pending" })] } },
  ],
  [
    "was rejected, with Meta's reason",
    /rejected by Meta \(INVALID_FORMAT\).*Rewrite/,
    { facts: { templates: [knownOf({ status: "rejected", reason: "INVALID_FORMAT" })] } },
  ],
  ["is paused", /paused.*3 hours/, { facts: { templates: [knownOf({ status: "paused" })] } }],
  [
    "is disabled",
    /disabled.*templateVersionSuffix/,
    { facts: { templates: [knownOf({ status: "disabled" })] } },
  ],
  ["was deleted", /not at Meta any more.*again/, { facts: { templates: [knownOf({ status: "missing" })] } }],
  [
    "is approved with other words",
    /approved version 1.*version 2.*fallbackTemplate/,
    { facts: { templates: [knownOf({ version: 1, expressions: ["it.other"] })] } },
  ],
  [
    "takes other variables than newer words",
    /version 2, is paused/,
    {
      facts: {
        templates: [
          knownOf({ status: "paused" }),
          knownOf({ remoteName: "b", version: 3, expressions: ["it.other"] }),
        ],
      },
    },
  ],
];
test.each(waits)("route() lets a message wait whose template %s", (_, words, given) => {
  const route = decide({ options: reviewed, content: withSettings, ...given });
  expect(route).toMatchObject({ type: "wait", againInMs: 60_000, failure: { failureClass: "template" } });
  expect(sentenceOf(route)).toMatch(words);
});

test("route() lets free text wait for a fallback that is not approved, or cannot carry it", () => {
  const waiting = (templates: readonly ChannelTemplate[]) =>
    decide({ options: withFallback, facts: { templates } });
  expect(sentenceOf(waiting([]))).toMatch(/"any_text" has not been handed/);
  expect(sentenceOf(waiting([{ ...fallback, status: "pending" }]))).toMatch(/still being reviewed/);
  expect(sentenceOf(waiting([{ ...fallback, expressions: ["it.a", "it.b"] }]))).toMatch(
    /exactly one variable/,
  );
  expect(sentenceOf(waiting([{ ...fallback, expressions: ["buttons[0].url: it.a"] }]))).toMatch(
    /exactly one/,
  );
});

test("route() refuses free text after the window without a fallback, and names the cure", () => {
  const route = decide({ facts: { recipient: hourAgo, failure: windowClosed } });
  expect(route).toMatchObject({ type: "refuse", failure: { failureClass: "permanent-request" } });
  expect(sentenceOf(route)).toMatch(/fallbackTemplate/);
});

test("route() refuses a stored template without a language, and names the cure", () => {
  const route = decide({ content: { channel: { category: "UTILITY" } } });
  expect(route).toMatchObject({ type: "refuse", failure: { failureClass: "permanent-request" } });
  expect(sentenceOf(route)).toMatch(/language/);
});

test("isMarketing() is true for marketing templates alone", () => {
  const transport = whatsappTransport({ phoneNumberId: "1", accessToken: "token" });
  const of = (category: string) => transport.isMarketing?.(contentOf({ channel: { ...settings, category } }));
  expect([of("MARKETING"), of("UTILITY"), transport.isMarketing?.(contentOf())]).toEqual([
    true,
    false,
    false,
  ]);
});

test("route() always answers; never with text in a closed window, nor with what Meta has not approved", () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      const route = decide(given);
      const facts = { recipient: recipientOf(null), templates: [], failure: null, ...given.facts };
      if (route.type !== "send") expect(sentenceOf(route).length).toBeGreaterThan(40);
      else if (route.route.form === "text") expect(isKnownClosed(facts)).toBe(false);
      else if (given.options?.businessAccountId !== undefined) {
        const used = facts.templates.filter(({ remoteName }) => remoteName === route.route.name);
        const template = route.route.values === "own" ? "order" : "any_text";
        expect(used).toEqual([expect.objectContaining({ status: "approved", template })]);
      } else expect(route.route).toMatchObject({ form: "template", name: "order" });
    }),
    { numRuns: 2_000 },
  );
});

const statuses: readonly ChannelTemplateStatus[] = [
  "pending",
  "approved",
  "rejected",
  "paused",
  "disabled",
  "missing",
];

const anyTemplate = fc.record({
  template: fc.constantFrom("order", "any_text", "other"),
  version: fc.integer({ min: 1, max: 3 }),
  status: fc.constantFrom(...statuses),
  expressions: fc.constantFrom(
    ["it.order"],
    ["it.order", "it.total"],
    [],
    ["it.order", "buttons[0].id: reply"],
  ),
});

const anyCase: fc.Arbitrary<Case> = fc.record({
  options: fc.constantFrom<Partial<WhatsappTransportOptions>>(
    {},
    { preferFreeText: true },
    reviewed,
    withFallback,
    { ...withFallback, preferFreeText: true },
  ),
  content: fc.constantFrom(withSettings, { ...withSettings, text: "x".repeat(5_000) }, {}),
  facts: fc.record({
    recipient: fc.oneof(
      fc.constant(null),
      fc.constant(recipientOf()),
      fc.constant(recipientOf(null)),
      fc.integer({ min: -60_000, max: 2 * windowMs }).map((ms) => recipientOf(ago(ms))),
    ),
    failure: fc.constantFrom(null, windowClosed, { ...windowClosed, providerCode: "131000" }),
    templates: fc
      .array(anyTemplate, { maxLength: 6 })
      .map((list) => list.map((changes, index) => knownOf({ ...changes, remoteName: `t_${index}` }))),
  }),
});

function isKnownClosed({ recipient, failure }: Pick<RouteFacts, "recipient" | "failure">): boolean {
  if (failure?.providerCode === "131047" || recipient?.lastInboundAt === null) return true;
  const at = recipient?.lastInboundAt;
  return at !== undefined && now.getTime() - at.getTime() >= windowMs;
}

function sentenceOf(route: Route): string {
  if (route.type === "send") throw new Error(`It was sent: ${JSON.stringify(route.route)}`);
  return `${route.failure.message} ${route.failure.hint}`;
}
