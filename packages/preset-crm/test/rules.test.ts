import { expect, test } from "vitest";
import {
  type CrmEventName,
  crmEvents,
  crmGroupNames,
  crmGroups,
  crmRules,
  crmTemplates,
} from "../src/index.js";
import { eventData } from "./event-data.js";

const eventNames = Object.keys(crmEvents) as CrmEventName[];
const templates = crmTemplates();

test("crmRules has one rule per event, and no template twice", () => {
  expect(Object.keys(crmRules).toSorted()).toEqual(eventNames.toSorted());
  expect(new Set(Object.values(crmRules).map(({ template }) => template)).size).toBe(eventNames.length);
});

test("crmRules leaves out only the reminder and the customer's own confirmation", () => {
  const used = new Set<string>(Object.values(crmRules).map(({ template }) => template));
  expect(Object.keys(templates).filter((name) => !used.has(name))).toEqual([
    "admin_24h_window_reminder",
    "customer_invoice_confirmation",
  ]);
});

test("crmRules names groups of the preset, each once per event", () => {
  for (const { groupNames } of Object.values(crmRules)) {
    expect(crmGroupNames).toEqual(expect.arrayContaining([...groupNames]));
    expect(new Set(groupNames).size).toBe(groupNames.length);
    expect(groupNames.length).toBeGreaterThan(0);
  }
});

test.each(eventNames)(
  "the rule of %s turns the event's data into a context that fits, with nothing left over",
  (name) => {
    const data = crmEvents[name].parse(eventData[name]);
    expect(data).toEqual(eventData[name]);
    const rule = crmRules[name];
    const context = rule.toContext(data as never);
    expect(templates[rule.template].context.parse(context)).toEqual(context);
  },
);

test.each(eventNames)("the rule of %s names the contact when the event has an id for them", (name) => {
  const { contactId, customerId, ...nameless } = eventData[name] as {
    contactId?: string;
    customerId?: string;
  };
  const { relatedContact } = crmRules[name];
  expect(relatedContact(eventData[name] as never)).toEqual({ id: "c-7", name: "Rudo Chikafu" });
  expect(relatedContact(nameless as never)).toBeNull();
});

test("the rule of order.placed_online writes the cart as one line", () => {
  const { cartItems } = crmRules["order.placed_online"].toContext({
    ...eventData["order.placed_online"],
    cartItems: ["2 x Flood light", "1 x Cable 3 m"],
  }) as { cartItems: string };
  expect(cartItems).toBe("2 x Flood light, 1 x Cable 3 m");
});

test("the rules cut free text to 500 characters, and no character in half", () => {
  const long = "🔧".repeat(501);
  const cut = `${"🔧".repeat(499)}…`;
  const { toContext: handover } = crmRules["conversation.handover_requested"];
  expect(handover({ contactName: "Rudo", lastBotMessage: long })).toMatchObject({ lastBotMessage: cut });
  const { toContext: failure } = crmRules["message.failed"];
  expect(failure({ ...eventData["message.failed"], errorDetails: long })).toMatchObject({
    errorDetails: cut,
  });
  const { toContext: order } = crmRules["order.placed_online"];
  expect(order({ ...eventData["order.placed_online"], cartItems: [long] })).toMatchObject({ cartItems: cut });
  const { "job_card.created": data } = eventData;
  const jobCard = { ...data.jobCard, reportedFault: long };
  const context = crmRules["job_card.created"].toContext({ ...data, jobCard });
  expect(context).toMatchObject({ jobCard: { reportedFault: cut } });
});

test("crmGroupNames lists the groups of crmGroups, each described", () => {
  expect(crmGroupNames).toEqual(crmGroups.map(({ name }) => name));
  for (const { description } of crmGroups) expect(description).toMatch(/\.$/);
});
