import type { WhatsappSimulatorOptions } from "@callboard/whatsapp-simulator";
import { expect, test } from "vitest";
import { body, dayMs, draft, hourMs, minuteMs, openAccount, templatesPath } from "./support/open-account.js";
import { webhookReceiver } from "./support/webhook-receiver.js";

/** An account whose template events can be read as `[event, reason]`. */
async function openWatched(options: WhatsappSimulatorOptions = {}) {
  const { url, received } = await webhookReceiver();
  const account = await openAccount({ webhookUrl: url, ...options });
  const events = () => received.map(({ value }) => [value.event, value.reason]);
  const status = async (id: string) => (await account.call("GET", `${id}?fields=status`)).body.status;
  return { ...account, received, events, status };
}

test("a new template is PENDING for a minute, then APPROVED, and the host is told", async () => {
  const { create, clock, status, received } = await openWatched();
  const id = await create(draft());
  await clock.advance(minuteMs - 1);
  expect(await status(id)).toBe("PENDING");
  await clock.advance(1);
  expect(await status(id)).toBe("APPROVED");
  expect(JSON.parse(received[0]?.raw.toString() ?? "")).toEqual({
    object: "whatsapp_business_account",
    entry: [
      {
        id: "100000000000002",
        time: 1_795_420_860,
        changes: [
          {
            field: "message_template_status_update",
            value: {
              event: "APPROVED",
              reason: "NONE",
              message_template_id: Number(id),
              message_template_name: "order_shipped",
              message_template_language: "en_US",
              message_template_category: "UTILITY",
            },
          },
        ],
      },
    ],
  });
});

test("adjacent variables are accepted, then rejected with INVALID_FORMAT and a recommendation", async () => {
  const { create, clock, call, received } = await openWatched();
  const id = await create(
    draft({ components: [body("Dear {{1}} {{2}}, your order is on its way to you.", [["Ada", "L"]])] }),
  );
  await clock.advance(minuteMs);
  const { body: shown } = await call("GET", `${id}?fields=status,rejected_reason`);
  expect(shown).toMatchObject({ status: "REJECTED", rejected_reason: "INVALID_FORMAT" });
  expect(received[0]?.value).toMatchObject({
    event: "REJECTED",
    reason: "INVALID_FORMAT",
    rejection_info: { reason: expect.any(String), recommendation: expect.any(String) },
  });
});

test("the body and footer of another template are rejected on review; another language of it is not", async () => {
  const { create, clock, status } = await openWatched();
  const first = await create(draft());
  const copy = await create(draft({ name: "copy" }));
  const translated = await create(draft({ language: "en" }));
  await clock.advance(minuteMs);
  expect([await status(first), await status(copy), await status(translated)]).toEqual([
    "APPROVED",
    "REJECTED",
    "APPROVED",
  ]);
});

test("templateReview with a verdict gives that verdict after its delay", async () => {
  const { create, clock, events } = await openWatched({
    templateReview: { delayMs: dayMs, verdict: "PROMOTIONAL" },
  });
  await create(draft());
  await clock.advance(dayMs - 1);
  expect(events()).toEqual([]);
  await clock.advance(1);
  expect(events()).toEqual([["REJECTED", "PROMOTIONAL"]]);
});

test("templateReview null leaves a template PENDING until somebody decides", async () => {
  const { create, clock, status, simulator, events } = await openWatched({ templateReview: null });
  const id = await create(draft());
  await clock.advance(7 * dayMs);
  expect(await status(id)).toBe("PENDING");
  simulator.decideTemplate(id, { kind: "reject", reason: "SCAM" });
  await simulator.settled();
  expect(await status(id)).toBe("REJECTED");
  expect(events()).toEqual([["REJECTED", "SCAM"]]);
});

test("a verdict that was given by hand is not given again by the review", async () => {
  const { create, clock, simulator, status } = await openWatched();
  const id = await create(draft());
  simulator.decideTemplate(id, { kind: "reject", reason: "SCAM" });
  await clock.advance(dayMs);
  expect(await status(id)).toBe("REJECTED");
});

test("an edit in the middle of a review that was cut short starts a whole minute anew", async () => {
  const { create, call, clock, simulator, status } = await openWatched();
  const id = await create(draft());
  await clock.advance(minuteMs / 2);
  simulator.decideTemplate(id, { kind: "reject", reason: "SCAM" });
  await call("POST", id, newWords);
  await clock.advance(minuteMs - 1);
  expect(await status(id)).toBe("PENDING");
  await clock.advance(1);
  expect(await status(id)).toBe("APPROVED");
});

test("the end of an earlier pause does not end a later one", async () => {
  const { create, call, clock, simulator, status } = await openWatched();
  const id = await create(draft());
  simulator.decideTemplate(id, { kind: "pause" });
  await clock.advance(hourMs);
  await call("POST", `${id}/unpause`);
  simulator.decideTemplate(id, { kind: "pause" });
  await clock.advance(6 * hourMs - 1);
  expect(await status(id)).toBe("PAUSED");
  await clock.advance(1);
  expect(await status(id)).toBe("APPROVED");
});

test("a pause lasts three hours, then six; the third one disables", async () => {
  const { create, clock, status, simulator, received } = await openWatched();
  const id = await create(draft());
  await clock.advance(minuteMs);
  for (const [hours, title] of [
    [3, "FIRST_PAUSE"],
    [6, "SECOND_PAUSE"],
  ] as const) {
    simulator.decideTemplate(id, { kind: "pause" });
    await clock.advance(hours * hourMs - 1);
    expect(await status(id)).toBe("PAUSED");
    expect(received.at(-1)?.value.other_info.title).toBe(title);
    await clock.advance(1);
    expect(await status(id)).toBe("APPROVED");
    expect(received.at(-1)?.value).toMatchObject({ event: "REINSTATED", other_info: { title: "UNPAUSE" } });
  }
  simulator.decideTemplate(id, { kind: "pause" });
  await clock.advance(dayMs);
  expect(await status(id)).toBe("DISABLED");
  expect(received.at(-1)?.value).toMatchObject({ event: "DISABLED", other_info: { title: "DISABLED" } });
});

test("POST unpause ends a pause at once, and is refused when there is none", async () => {
  const { create, call, clock, status, simulator } = await openWatched();
  const id = await create(draft());
  await clock.advance(minuteMs);
  expect((await call("POST", `${id}/unpause`)).body.error.code).toBe(100);
  simulator.decideTemplate(id, { kind: "pause" });
  expect((await call("POST", `${id}/unpause`)).body).toEqual({ success: true });
  expect(await status(id)).toBe("APPROVED");
  await clock.advance(dayMs);
  expect(await status(id)).toBe("APPROVED");
});

test("a change of category with notice is announced a day ahead, the present category standing as new_category", async () => {
  const { create, call, clock, simulator, received } = await openWatched();
  const id = await create(draft());
  await clock.advance(minuteMs);
  received.length = 0;
  simulator.decideTemplate(id, { kind: "recategorise", category: "MARKETING", notice: true });
  await clock.advance(dayMs - 1);
  const fields = `${id}?fields=category,correct_category,previous_category`;
  expect((await call("GET", fields)).body).toEqual({
    id,
    category: "UTILITY",
    correct_category: "MARKETING",
  });
  expect(received[0]?.value).toMatchObject({ correct_category: "MARKETING", new_category: "UTILITY" });
  await clock.advance(1);
  expect((await call("GET", fields)).body).toEqual({
    id,
    category: "MARKETING",
    previous_category: "UTILITY",
  });
  expect(received[1]?.value).toMatchObject({ previous_category: "UTILITY", new_category: "MARKETING" });
});

test("a change of category without notice holds at once", async () => {
  const { create, call, simulator } = await openWatched();
  const id = await create(draft());
  simulator.decideTemplate(id, { kind: "recategorise", category: "MARKETING" });
  expect((await call("GET", `${id}?fields=category`)).body.category).toBe("MARKETING");
});

const newWords = { components: [body("Order {{1}} has left our house.", [["A-17"]])] };

test("an edit of an approved template is reviewed again", async () => {
  const { create, call, clock, status } = await openWatched();
  const id = await create(draft());
  await clock.advance(minuteMs);
  expect((await call("POST", id, newWords)).body).toMatchObject({ success: true, id });
  expect(await status(id)).toBe("PENDING");
  await clock.advance(minuteMs);
  expect(await status(id)).toBe("APPROVED");
  expect((await call("GET", `${id}?fields=components`)).body.components).toEqual(newWords.components);
});

test("an edit during review, or of a disabled template, is refused with 2388039", async () => {
  const { create, call, simulator } = await openWatched();
  const id = await create(draft());
  expect((await call("POST", id, newWords)).body.error.error_subcode).toBe(2388039);
  simulator.decideTemplate(id, { kind: "disable" });
  expect((await call("POST", id, newWords)).body.error.error_subcode).toBe(2388039);
});

test("an edit is held to the rules of creation", async () => {
  const { create, call, clock } = await openWatched();
  const id = await create(draft());
  await clock.advance(minuteMs);
  const { body: answer } = await call("POST", id, { components: [body("Order number {{1}}", [["x"]])] });
  expect(answer.error.error_subcode).toBe(2388299);
});

test("an approved template takes one edit in 24 hours and ten in 30 days", async () => {
  const { create, call, clock } = await openWatched();
  const id = await create(draft());
  await clock.advance(minuteMs);
  const edit = async () => (await call("POST", id, newWords)).status;
  for (let day = 0; day < 10; day += 1) {
    expect([day, await edit()]).toEqual([day, 200]);
    await clock.advance(hourMs);
    expect([day, await edit()]).toEqual([day, 400]);
    await clock.advance(dayMs - hourMs);
  }
  expect(await edit()).toBe(400);
  await clock.advance(20 * dayMs);
  expect(await edit()).toBe(200);
});

test("a rejected template may be edited as often as one likes, its category too", async () => {
  const { create, call, simulator, status } = await openWatched({ templateReview: null });
  const id = await create(draft());
  for (let round = 0; round < 3; round += 1) {
    simulator.decideTemplate(id, { kind: "reject", reason: "INCORRECT_CATEGORY" });
    expect((await call("POST", id, { category: "MARKETING" })).status).toBe(200);
  }
  expect(await status(id)).toBe("PENDING");
});

test("the category of an approved template cannot be edited", async () => {
  const { create, call, clock } = await openWatched();
  const id = await create(draft());
  await clock.advance(minuteMs);
  const { body: answer } = await call("POST", id, { category: "MARKETING" });
  expect(answer.error.error_user_msg).toMatch(/category/);
});

test("DELETE by name deletes every language and blocks the name for 30 days: 2388023", async () => {
  const { create, call, clock, simulator, events } = await openWatched({ templateReview: null });
  for (const language of ["en", "pt_BR"]) {
    const id = await create(draft({ language }));
    simulator.decideTemplate(id, { kind: "approve" });
  }
  expect((await call("DELETE", `${templatesPath}?name=order_shipped`)).body).toEqual({ success: true });
  expect(simulator.templates()).toEqual([]);
  await simulator.settled();
  expect(events().filter(([event]) => event === "DELETED")).toHaveLength(2);
  await clock.advance(30 * dayMs - 1);
  const { body: answer } = await call("POST", templatesPath, draft());
  expect(answer.error.error_subcode).toBe(2388023);
  await clock.advance(1);
  expect((await call("POST", templatesPath, draft())).status).toBe(200);
});

test("DELETE with hsm_id deletes one language, and only that one is blocked", async () => {
  const { create, call, simulator } = await openWatched({ templateReview: null });
  const id = await create(draft({ language: "en" }));
  simulator.decideTemplate(id, { kind: "approve" });
  await create(draft({ language: "pt_BR" }));
  await call("DELETE", `${templatesPath}?name=order_shipped&hsm_id=${id}`);
  expect(simulator.templates().map(({ language }) => language)).toEqual(["pt_BR"]);
  expect((await call("POST", templatesPath, draft({ language: "en" }))).status).toBe(400);
  expect((await call("POST", templatesPath, draft({ language: "fr" }))).status).toBe(200);
});

test("DELETE with hsm_ids deletes several at once", async () => {
  const { create, call, simulator } = await openWatched();
  const ids = [await create(draft({ name: "a" })), await create(draft({ name: "b" }))];
  await call("DELETE", `${templatesPath}?hsm_ids=${encodeURIComponent(JSON.stringify(ids))}`);
  expect(simulator.templates()).toEqual([]);
});

test("a template that was never approved may be created again at once", async () => {
  const { create, call } = await openWatched();
  await create(draft());
  await call("DELETE", `${templatesPath}?name=order_shipped`);
  expect((await call("POST", templatesPath, draft())).status).toBe(200);
});

test.each([
  ["another name", "?name=unknown"],
  ["an id of another name", "?name=other&hsm_id={id}"],
  ["hsm_id without a name", "?hsm_id={id}"],
  ["hsm_ids with a name", "?name=order_shipped&hsm_ids=[{id}]"],
  ["hsm_ids with an unknown id", "?hsm_ids=[{id},1]"],
  ["hsm_ids that is no list", "?hsm_ids={id}"],
  ["nothing", ""],
])("DELETE with %s is refused and deletes nothing", async (_, query) => {
  const { create, call, simulator } = await openWatched();
  const id = await create(draft());
  const { body: answer } = await call("DELETE", `${templatesPath}${query.replace("{id}", id)}`);
  expect(answer.error.code).toBe(100);
  expect(simulator.templates()).toHaveLength(1);
});

test("a disabled template cannot be deleted", async () => {
  const { create, call, simulator } = await openWatched();
  simulator.decideTemplate(await create(draft()), { kind: "disable" });
  expect((await call("DELETE", `${templatesPath}?name=order_shipped`)).body.error.code).toBe(100);
  expect(simulator.templates()).toHaveLength(1);
});

test("reset() brings the templates of the options back and forgets the others", async () => {
  const { create, call, simulator } = await openWatched({
    templates: [{ name: "welcome", language: "en_US", body: "Hello" }],
  });
  await create(draft());
  await call("DELETE", `${templatesPath}?name=welcome`);
  simulator.reset();
  expect(simulator.templates().map(({ name, status }) => [name, status])).toEqual([["welcome", "APPROVED"]]);
});
