import { expect, test } from "vitest";
import { settings } from "./fixtures.js";
import { daysAgo, knownOf, now, otherWords, remoteOf, reviewStage, templateOf } from "./review-stage.js";

test("plan() creates what Meta does not have, with examples from the sample", async () => {
  const { planOne, server } = await reviewStage();
  expect(await planOne(templateOf())).toMatchObject({
    action: "create",
    template: "order_created",
    version: 1,
    remoteName: "order_created",
    language: "en_US",
    remoteId: null,
    known: null,
    expressions: ["it.order"],
    notBefore: null,
    payload: {
      name: "order_created",
      language: "en_US",
      category: "UTILITY",
      components: [
        {
          type: "BODY",
          text: "A new order {{1}} has arrived and awaits your review.",
          example: { body_text: [["SO-1"]] },
        },
      ],
    },
  });
  expect(server.received.map(({ method }) => method)).toEqual(["GET"]);
});

test("plan() puts the version's suffix behind the name", async () => {
  const { planOne } = await reviewStage({ templateVersionSuffix: "v1_03" });
  const step = await planOne(templateOf());
  expect([step.remoteName, step.payload?.name]).toEqual(["order_created_v1_03", "order_created_v1_03"]);
});

test("plan() creates a new template under a new suffix, and says nothing of the one it replaces", async () => {
  const before = await reviewStage({ templateVersionSuffix: "v1" });
  const old = await before.planOne(templateOf());
  const { plan, remote } = await reviewStage({ templateVersionSuffix: "v2" });
  remote([remoteOf(old)]);
  const steps = await plan({
    templates: [templateOf({ version: 2, body: otherWords })],
    known: [knownOf(old)],
  });
  expect(steps.map(({ action, remoteName }) => [action, remoteName])).toEqual([
    ["create", "order_created_v2"],
  ]);
});

test("plan() has no step for a template without WhatsApp settings", async () => {
  const { plan } = await reviewStage();
  expect(await plan({ templates: [templateOf({ channels: {} })] })).toEqual([]);
});

test("plan() leaves alone what Meta has, whatever the case, order, examples and category in which it gives it back", async () => {
  const { planOne, remote } = await reviewStage();
  const template = templateOf(
    {
      channels: { whatsapp: { ...settings, footer: "Staff notice" } },
      buttons: [{ type: "url", label: "Open", url: "https://example.com/<%= it.order %>" }],
    },
    { buttons: [{ type: "url", label: "Open", url: "https://example.com/SO-1", suffix: "SO-1" }] },
  );
  const first = await planOne(template);
  remote([
    remoteOf(first, {
      category: "MARKETING",
      components: [
        { type: "footer", text: "Staff notice" },
        { type: "buttons", buttons: [{ type: "url", text: "Open", url: "https://example.com/{{1}}" }] },
        { type: "body", text: "A new order {{1}} has arrived and awaits your review. " },
      ],
    }),
  ]);
  const step = await planOne(template, [knownOf(first)]);
  expect(step).toMatchObject({ action: "unchanged", known: { category: "MARKETING" } });
  expect(step.reason).toMatch(/MARKETING, not as UTILITY/);
});

test("plan() adopts what Meta has and nobody here noted, and words that a new version has again", async () => {
  const { planOne, remote } = await reviewStage();
  const first = await planOne(templateOf());
  remote([remoteOf(first)]);
  expect(await planOne(templateOf())).toMatchObject({ action: "adopt", remoteId: "900001" });
  expect(await planOne(templateOf({ version: 3 }), [knownOf(first)])).toMatchObject({
    action: "adopt",
    version: 3,
  });
});

test("plan() adopts an edit whose outcome was lost", async () => {
  const { planOne, remote } = await reviewStage();
  const first = await planOne(templateOf());
  const edited = templateOf({ version: 2, body: otherWords });
  remote([remoteOf(await planOne(edited))]);
  expect((await planOne(edited, [knownOf(first)])).action).toBe("adopt");
});

test("plan() edits approved words, without their category, and rejected ones with it", async () => {
  const { planOne, remote } = await reviewStage();
  const first = await planOne(templateOf());
  const edited = templateOf({ version: 2, body: otherWords });
  remote([remoteOf(first)]);
  const step = await planOne(edited, [knownOf(first)]);
  expect(step).toMatchObject({ action: "edit", remoteId: "900001", version: 2 });
  expect(Object.keys(step.payload ?? {})).toEqual(["components"]);
  remote([remoteOf(first, { status: "REJECTED" })]);
  const mended = await planOne(edited, [knownOf(first, { editedAt: [now] })]);
  expect(mended).toMatchObject({ action: "edit", payload: { category: "UTILITY" } });
});

const edits: [what: string, editedAt: readonly Date[], notBefore: Date][] = [
  ["a day after the last edit", [daysAgo(0.25)], daysAgo(-0.75)],
  ["30 days after the tenth last edit", tenDays(), daysAgo(-10)],
];
test.each(edits)("plan() waits to edit until %s", async (_, editedAt, notBefore) => {
  const { planOne, remote } = await reviewStage();
  const first = await planOne(templateOf());
  remote([remoteOf(first)]);
  const step = await planOne(templateOf({ version: 2, body: otherWords }), [knownOf(first, { editedAt })]);
  expect(step).toMatchObject({ action: "wait", notBefore });
  expect(step.cures.join()).toMatch(/templateVersionSuffix/);
});

test("plan() edits again exactly a day after the last edit, and no longer counts those before 30 days", async () => {
  const { planOne, remote } = await reviewStage();
  const first = await planOne(templateOf());
  remote([remoteOf(first)]);
  const editedAt = [daysAgo(30), ...tenDays().slice(1)];
  const step = await planOne(templateOf({ version: 2, body: otherWords }), [knownOf(first, { editedAt })]);
  expect(step.action).toBe("edit");
});

const states: [status: string, action: string, words: RegExp][] = [
  ["PENDING", "wait", /reviewing/],
  ["IN_APPEAL", "wait", /reviewing/],
  ["PAUSED", "edit", /paused/],
  ["DISABLED", "refused", /DISABLED/],
  ["ARCHIVED", "refused", /ARCHIVED/],
  ["PENDING_DELETION", "refused", /PENDING_DELETION/],
  ["SOMETHING_NEW", "wait", /SOMETHING_NEW/],
];
test.each(states)(
  "plan() for newer words whose template is %s at Meta: %s",
  async (status, action, words) => {
    const { planOne, remote } = await reviewStage();
    const first = await planOne(templateOf());
    remote([remoteOf(first, { status })]);
    const step = await planOne(templateOf({ version: 2, body: otherWords }), [knownOf(first)]);
    expect(step.action).toBe(action);
    expect(step.reason).toMatch(words);
  },
);

test("plan() calls words drifted that somebody changed at Meta, and gives them to nobody", async () => {
  const { planOne, remote } = await reviewStage();
  const first = await planOne(templateOf());
  const changed = [{ type: "BODY", text: "Order {{1}}, changed by hand, awaits your review." }];
  remote([remoteOf(first, { components: changed })]);
  const same = await planOne(templateOf(), [knownOf(first)]);
  const newer = await planOne(templateOf({ version: 2, body: otherWords }), [knownOf(first)]);
  const stranger = await planOne(templateOf());
  expect([same, newer, stranger].map(({ action }) => action)).toEqual(["drifted", "drifted", "drifted"]);
  expect(same.cures.length).toBeGreaterThan(0);
});

test("plan() refuses another category, or named variables, for what Meta has approved, and names the cure", async () => {
  const { planOne, remote } = await reviewStage();
  const first = await planOne(templateOf());
  remote([remoteOf(first)]);
  for (const change of [{ category: "MARKETING" }, { parameterFormat: "named" }]) {
    const changed = templateOf({ version: 2, channels: { whatsapp: { ...settings, ...change } } });
    const step = await planOne(changed, [knownOf(first)]);
    expect(step.action).toBe("refused");
    expect(step.cures.join()).toMatch(/templateVersionSuffix/);
  }
});

test("plan() refuses what Meta would refuse, with line and cure", async () => {
  const { planOne } = await reviewStage();
  const step = await planOne(
    templateOf({ body: "A new order has arrived and awaits your review:\n<%= it.order %>" }),
  );
  expect(step.action).toBe("refused");
  expect(step.reason).toMatch(/line 2/);
  expect(step.cures.length).toBeGreaterThan(0);
});

test("plan() leaves alone what Meta has taken, though it would be refused here", async () => {
  const { planOne, remote } = await reviewStage();
  const daring = templateOf({ body: "A new order has arrived and awaits your review: <%= it.order %>" });
  const step = await planOne(daring);
  expect([step.action, step.payload === null]).toEqual(["refused", false]);
  remote([remoteOf(step)]);
  expect((await planOne(daring)).action).toBe("adopt");
  expect((await planOne(daring, [knownOf(step)])).action).toBe("unchanged");
});

test("plan() refuses words that cannot be read, and plans the others all the same", async () => {
  const { plan } = await reviewStage();
  const broken = templateOf({ name: "broken", body: "A new order <%= it.order has arrived." });
  const steps = await plan({ templates: [broken, templateOf()] });
  expect(steps.map(({ action, template }) => [action, template])).toEqual([
    ["refused", "broken"],
    ["create", "order_created"],
  ]);
});

test("plan() refuses two templates of one name, and a second language of another category", async () => {
  const { plan, remote } = await reviewStage();
  const twin = templateOf({ name: "twin", channels: { whatsapp: { ...settings, name: "order_created" } } });
  const twins = await plan({ templates: [templateOf(), twin] });
  expect(twins.map(({ action }) => action)).toEqual(["create", "refused"]);
  const [english] = twins;
  if (english === undefined) throw new Error("There is no step.");
  remote([remoteOf(english, { language: "en_GB", category: "MARKETING" })]);
  const [second] = await plan({ templates: [templateOf()] });
  expect(second).toMatchObject({ action: "refused", reason: expect.stringMatching(/en_GB as MARKETING/) });
});

test("plan() names what Meta has and nothing here knows", async () => {
  const { plan, remote } = await reviewStage();
  remote([{ id: "7", name: "hello_world", language: "en_US", status: "APPROVED", components: [] }]);
  expect(await plan({})).toMatchObject([
    { action: "unknown", remoteName: "hello_world", remoteId: "7", template: null },
  ]);
});

test("plan() waits 30 days for the name of a deleted template, unless it was never approved", async () => {
  const { planOne } = await reviewStage();
  const first = await planOne(templateOf());
  const gone = (changes: object) => planOne(templateOf(), [knownOf(first, changes)]);
  expect(await gone({ status: "missing", statusAt: daysAgo(10) })).toMatchObject({
    action: "wait",
    notBefore: daysAgo(-20),
  });
  expect(await gone({ status: "missing", statusAt: daysAgo(30) })).toMatchObject({ action: "create" });
  expect(await gone({ status: "approved" })).toMatchObject({ action: "wait", notBefore: daysAgo(-30) });
  expect(await gone({ status: "rejected" })).toMatchObject({ action: "create" });
});

test("plan() creates 100 templates in an hour, and says when the others may follow", async () => {
  const { plan, planOne } = await reviewStage();
  const first = await planOne(templateOf());
  const submittedAt = new Date(now.getTime() - 600_000);
  const known = [knownOf(first, { remoteName: "other", submittedAt })];
  const templates = Array.from({ length: 101 }, (_, index) => templateOf({ name: `order_${index}` }));
  const steps = await plan({ templates, known });
  expect(steps.map(({ action }) => action)).toEqual([...Array(99).fill("create"), "wait", "wait"]);
  expect(steps.at(-1)?.notBefore).toEqual(new Date(submittedAt.getTime() + 3_600_000));
});

test("plan() tells templates apart by what their messages bring along", async () => {
  const { planOne } = await reviewStage();
  const whatsapp = {
    ...settings,
    parameterFormat: "named",
    header: { type: "text", text: "Order <%= it.order %>" },
  };
  const step = await planOne(
    templateOf(
      {
        channels: { whatsapp },
        buttons: [
          { type: "url", label: "Open", url: "https://example.com/<%= it.order %>" },
          { type: "url", label: "Help", url: "https://example.com/help" },
        ],
      },
      { settingValues: { "header.text": ["SO-1"] } },
    ),
  );
  expect(step.expressions).toEqual([
    "it.order",
    "parameters: named",
    "header.text: it.order",
    "buttons[0].url: it.order",
  ]);
});

function tenDays(): readonly Date[] {
  return [20, 18, 16, 14, 12, 10, 8, 6, 4, 2].map(daysAgo);
}
