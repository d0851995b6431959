import { Eta } from "eta/core";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { crmTemplates } from "../src/index.js";

interface PlainTemplate {
  readonly context: z.ZodType;
  readonly sample: object;
  readonly body: string;
  readonly buttons: readonly { readonly label: string }[];
  readonly channels: { readonly whatsapp: { readonly footer: string } };
}

const templates = crmTemplates();
const all: [string, PlainTemplate][] = Object.entries(templates);

/** The original's variables in their order, and where the preset keeps each. */
const variables: Record<keyof typeof templates, readonly string[]> = {
  new_order_created: ["customerName", "orderName", "orderNumber", "orderAmount"],
  new_online_order_placed: [
    "contactName",
    "orderNumber",
    "orderAmount",
    "delivery.name",
    "delivery.phone",
    "delivery.address",
    "cartItems",
  ],
  human_handover_flow: ["relatedContactName", "lastBotMessage"],
  message_send_failure: ["relatedContactName", "errorDetails"],
  admin_24h_window_reminder: ["recipient.name"],
  new_installation_request: [
    "contactName",
    "install.phone",
    "installationType",
    "orderNumber",
    "assessmentNumber",
    "install.branch",
    "install.salesPerson",
    "install.fullName",
    "install.alternativeContact",
    "install.address",
    "install.locationPin",
    "install.dateTime",
    "install.availability",
  ],
  new_starlink_installation_request: [
    "contactName",
    "install.phone",
    "install.fullName",
    "install.address",
    "install.locationPin",
    "install.dateTime",
    "install.availability",
    "install.kitType",
    "install.mountLocation",
  ],
  new_solar_cleaning_request: [
    "contactName",
    "cleaning.fullName",
    "cleaning.phone",
    "cleaning.roofType",
    "cleaning.panelCount",
    "cleaning.panelType",
    "cleaning.date",
    "cleaning.availability",
    "cleaning.address",
    "cleaning.locationPin",
  ],
  new_site_assessment_request: [
    "contactName",
    "assessment.fullName",
    "assessment.companyName",
    "assessment.address",
    "assessment.contactInfo",
    "assessment.preferredDay",
  ],
  job_card_created_successfully: [
    "jobCard.number",
    "customer.firstName",
    "customer.lastName",
    "jobCard.productDescription",
    "jobCard.productSerialNumber",
    "jobCard.reportedFault",
  ],
  invoice_processed_successfully: ["sender", "filename", "orderNumber", "orderAmount", "customerName"],
  customer_invoice_confirmation: ["customerName", "orderNumber", "invoiceDate", "totalAmount"],
};

describe.each(all)("%s", (name, { context, sample, body, buttons, channels }) => {
  const tags = [...body.matchAll(/<%=\s*(.*?)\s*%>/g)].map(([, expression]) => expression!);
  const between = body.split(/<%.*?%>/);

  test("its sample fits its context, with nothing left over", () => {
    expect(context.parse(sample)).toEqual(sample);
  });

  test("its body uses each variable of the original once, and no other", () => {
    const used = tags.map((expression) => expression.replace(/^it\./, "").replace(/ \?\? .*$/, ""));
    expect(used.toSorted()).toEqual(variables[name as keyof typeof variables].toSorted());
  });

  test("its body uses only property paths of `it`, some with a literal to stand in", () => {
    expect(body.match(/<%/g)).toHaveLength(tags.length);
    for (const expression of tags) expect(expression).toMatch(/^it(\.[a-z]\w*)+( \?\? "[^"\\]+")?$/i);
  });

  test("its body keeps words before, between and after its variables", () => {
    for (const text of between) expect(text).toMatch(/[a-z]{2}/i);
  });

  test("its body has at least three words per variable", () => {
    const words = between.join(" ").match(/[\p{L}\p{N}'-]+/gu) ?? [];
    expect(words.length).toBeGreaterThanOrEqual(3 * tags.length);
  });

  test("its texts keep within Meta's lengths", () => {
    expect([...body].length).toBeLessThanOrEqual(1024);
    expect([...render(body, withRecipient(sample))].length).toBeLessThanOrEqual(1024);
    expect(channels.whatsapp.footer.length).toBeLessThanOrEqual(60);
    expect(channels.whatsapp.footer).not.toContain("<%");
    expect(buttons.length).toBeLessThanOrEqual(3);
    for (const { label } of buttons) expect(label).toMatch(/^.{1,25}$/);
  });

  test("its texts have no emoji, tab, run of spaces or third line break", () => {
    const texts = [body, channels.whatsapp.footer, ...buttons.map(({ label }) => label)].join("\n");
    expect(texts).not.toMatch(/\p{Extended_Pictographic}|\p{Emoji_Presentation}|\t| {2}|\n{3}/u);
  });

  test("its sample renders completely", () => {
    const text = render(body, withRecipient(sample));
    expect(text).not.toMatch(/undefined|null|\[object|<%|%>/);
    for (const value of leaves(sample)) expect(text).toContain(value);
  });

  test("its optional facts may be missing", () => {
    const text = render(body, { ...withoutOptional(context, sample), recipient: { name: null } });
    expect(text).not.toMatch(/undefined|null/);
  });

  test("its settings are those of an English utility message", () => {
    expect(channels.whatsapp).toMatchObject({ category: "UTILITY", language: "en_US" });
  });
});

test("crmTemplates() gives the twelve templates, each with its own words", () => {
  expect(Object.keys(templates).toSorted()).toEqual(Object.keys(variables).toSorted());
  expect(new Set(all.map(([, { body }]) => body)).size).toBe(12);
});

test.each(["", "hanna_", "v2"])("crmTemplates() with prefix %o gives names that Meta accepts", (prefix) => {
  const names = Object.keys(crmTemplates({ prefix }));
  expect(names).toEqual(Object.keys(templates).map((name) => `${prefix}${name}`));
  for (const name of names) expect(name).toMatch(/^[a-z0-9_]{1,512}$/);
});

test.each(["Hanna_", "hanna-", "hanna ", "hanna_\n", "é"])(
  "crmTemplates() with prefix %o throws",
  (prefix) => {
    expect(() => crmTemplates({ prefix })).toThrow(TypeError);
  },
);

test("crmTemplates() gives optional facts as null, never as a missing key", () => {
  const { install, ...rest } = templates.new_installation_request.sample;
  const { locationPin, ...withoutPin } = install;
  const { context } = templates.new_installation_request;
  expect(context.safeParse({ ...rest, install: { ...install, locationPin: null } }).success).toBe(true);
  expect(context.safeParse({ ...rest, install: withoutPin }).success).toBe(false);
});

function render(body: string, it: object): string {
  return new Eta({ autoEscape: false, autoTrim: false }).renderString(body, it);
}

function withRecipient(sample: object): object {
  return { ...sample, recipient: { userId: "ada", name: "Ada", locale: null } };
}

function leaves(value: unknown): string[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [String(value)];
}

/** The sample with null wherever the context allows it. */
function withoutOptional(context: z.ZodType, sample: object): object {
  let result: object = sample;
  for (const path of paths(sample)) {
    const changed = setNull(result, path);
    if (context.safeParse(changed).success) result = changed;
  }
  return result;
}

function paths(value: object): string[][] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "object" && inner !== null ? paths(inner).map((path) => [key, ...path]) : [[key]],
  );
}

function setNull(value: object, [key, ...rest]: readonly string[]): object {
  const inner = (value as Record<string, object>)[key!]!;
  return { ...value, [key!]: rest.length > 0 ? setNull(inner, rest) : null };
}
