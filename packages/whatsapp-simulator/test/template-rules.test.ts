import { describe, expect, test } from "vitest";
import { body, draft, openAccount, templatesPath } from "./support/open-account.js";

const words = body("Your order is on its way.");
const withBody = (text: string, examples?: unknown) => draft({ components: [body(text, examples)] });
const withPart = (part: object) => draft({ components: [words, part] });
const withButtons = (...buttons: object[]) => withPart({ type: "BUTTONS", buttons });
const reply = (text: string) => ({ type: "QUICK_REPLY", text });
const link = (more: object) => ({ type: "URL", text: "Track", url: "https://shop.example/orders", ...more });
const named = (text: string, names: string[]) =>
  draft({
    parameter_format: "NAMED",
    components: [
      {
        ...body(text),
        example: { body_text_named_params: names.map((param_name) => ({ param_name, example: "x" })) },
      },
    ],
  });

const refused: [circumstance: string, template: unknown, subcode: number | undefined, words: RegExp][] = [
  ["a name with capitals", draft({ name: "Order" }), 2388046, /lower-case/],
  ["a name of 513 letters", draft({ name: "a".repeat(513) }), 2388046, /512/],
  ["the name of a sample", draft({ name: "hello_world" }), 2388155, /sample/],
  ["no body", draft({ components: [] }), 2388072, /body/],
  ["an empty body", withBody("  "), 2388072, /body/],
  ["a body of 1025 characters", withBody("a".repeat(1025)), 2388040, /1024/],
  ["three new lines in a row", withBody("Your order\n\n\nis ready."), 2388072, /new lines/],
  ["eleven emoji", withBody(`Your order ${"🎉".repeat(11)} is ready.`), 2388072, /emoji/],
  ["a variable at the start", withBody("{{1}} is on its way to you.", [["x"]]), 2388299, /start/],
  ["a variable at the end", withBody("Your order has the number {{1}}", [["x"]]), 2388299, /end/],
  ["nothing but a variable", withBody("{{1}}", [["x"]]), 2388299, /start/],
  ["too many variables for its words", withBody("A {{1}} {{2}} b.", [["x", "y"]]), 2388293, /words/],
  [
    "a gap in the numbers",
    withBody("Order {{1}} of {{3}} is on its way.", [["x", "y", "z"]]),
    2388072,
    /gap/,
  ],
  ["numbers from zero", withBody("Order {{0}} is on its way.", [["x"]]), 2388072, /gap/],
  ["a path for a variable", withBody("Order {{order.id}} is on its way."), 2388072, /order\.id/],
  ["an unclosed variable", withBody("Order {{1 is on its way."), 2388072, /braces/],
  ["a name for a variable", withBody("Order {{order}} is on its way."), 2388072, /number/],
  ["a number among names", named("Order {{1}} is on its way.", ["1"]), 2388072, /name/],
  ["a name in capitals", named("Order {{Order}} is on its way.", ["Order"]), 2388072, /lower-case/],
  ["no example", withBody("Order {{1}} is on its way."), 2388043, /body/],
  ["one example of two", withBody("Order {{1}} of {{2}} is on its way.", [["x"]]), 2388043, /body/],
  ["another name's example", named("Order {{order}} is on its way.", ["number"]), 2388043, /body/],
  [
    "a header of 61 characters",
    withPart({ type: "HEADER", format: "TEXT", text: "a".repeat(61) }),
    2388040,
    /60/,
  ],
  ["an empty header", withPart({ type: "HEADER", format: "TEXT", text: "" }), 2388047, /words/],
  [
    "two variables in its header",
    withPart({
      type: "HEADER",
      format: "TEXT",
      text: "Order {{1}} of {{2}}",
      example: { header_text: ["x", "y"] },
    }),
    2388047,
    /one variable/,
  ],
  ["a bold header", withPart({ type: "HEADER", format: "TEXT", text: "*Order*" }), 2388047, /formatting/],
  [
    "an emoji in its header",
    withPart({ type: "HEADER", format: "TEXT", text: "Order 🎉" }),
    2388047,
    /emoji/,
  ],
  [
    "a header with a line break",
    withPart({ type: "HEADER", format: "TEXT", text: "A\nB" }),
    2388047,
    /new lines/,
  ],
  [
    "no example for its header",
    withPart({ type: "HEADER", format: "TEXT", text: "Order {{1}}" }),
    2388043,
    /header/,
  ],
  ["no example picture", withPart({ type: "HEADER", format: "IMAGE" }), 2388043, /header_handle/],
  ["an unknown header", withPart({ type: "HEADER", format: "SOUND" }), 2388047, /IMAGE/],
  ["a footer of 61 characters", withPart({ type: "FOOTER", text: "a".repeat(61) }), 2388040, /60/],
  ["a variable in its footer", withPart({ type: "FOOTER", text: "Order {{1}} a" }), 2388073, /variables/],
  ["an empty footer", withPart({ type: "FOOTER", text: " " }), 2388073, /words/],
  ["no buttons in its buttons", withButtons(), undefined, /1 to 10/],
  [
    "eleven buttons",
    withButtons(...Array.from({ length: 11 }, (_, index) => reply(`Answer ${index}`))),
    undefined,
    /1 to 10/,
  ],
  ["three links", withButtons(link({}), link({ text: "B" }), link({ text: "C" })), undefined, /2 buttons/],
  [
    "two numbers to call",
    withButtons(
      { type: "PHONE_NUMBER", text: "Call", phone_number: "+263771234567" },
      { type: "PHONE_NUMBER", text: "Ring", phone_number: "+263771234567" },
    ),
    undefined,
    /1 buttons/,
  ],
  ["a link between quick replies", withButtons(reply("Yes"), link({}), reply("No")), undefined, /together/],
  ["a label of 26 characters", withButtons(reply("a".repeat(26))), 2388040, /25/],
  ["a label with a variable", withButtons(reply("Yes {{1}}")), undefined, /variables/],
  ["a button without a label", withButtons({ type: "QUICK_REPLY" }), undefined, /text/],
  ["a link that is no address", withButtons(link({ url: "shop.example" })), undefined, /https/],
  [
    "a variable inside its link",
    withButtons(link({ url: "https://shop.example/{{1}}/orders", example: ["x"] })),
    undefined,
    /very end/,
  ],
  [
    "two variables in its link",
    withButtons(link({ url: "https://shop.example/{{1}}/{{2}}", example: ["x"] })),
    undefined,
    /one variable/,
  ],
  ["no example for its link", withButtons(link({ url: "https://shop.example/{{1}}" })), 2388043, /address/],
  [
    "a link of 2,001 characters",
    withButtons(link({ url: `https://shop.example/${"a".repeat(1980)}` })),
    undefined,
    /2,000/,
  ],
  ["no example of its code", withButtons({ type: "COPY_CODE" }), 2388043, /code/],
  ["a code of 21 characters", withButtons({ type: "COPY_CODE", example: "a".repeat(21) }), undefined, /20/],
  [
    "a number of 21 digits to call",
    withButtons({ type: "PHONE_NUMBER", text: "Call", phone_number: "1".repeat(21) }),
    undefined,
    /20/,
  ],
  ["two bodies", draft({ components: [words, words] }), undefined, /two of BODY/],
  ["an unknown component", withPart({ type: "SOUND" }), undefined, /SOUND/],
];

describe("creating a template", () => {
  test.each(refused)("with %s is refused with its subcode", async (_, template, subcode, reason) => {
    const { call, simulator } = await openAccount();
    const { status, body } = await call("POST", templatesPath, template);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ message: "Invalid parameter", code: 100, is_transient: false });
    expect(body.error.error_subcode).toBe(subcode);
    expect(body.error.error_user_msg).toMatch(reason);
    expect(simulator.templates()).toEqual([]);
  });

  const malformed: [circumstance: string, changes: Record<string, unknown>, words: RegExp][] = [
    ["no language", { language: undefined }, /language/],
    ["a language with a hyphen", { language: "en-US" }, /language/],
    ["an unknown category", { category: "NEWS" }, /category/],
    ["no components", { components: undefined }, /components/],
    ["a lifetime that is no number", { message_send_ttl_seconds: "60" }, /message_send_ttl_seconds/],
  ];

  test.each(malformed)("with %s is refused and names the field", async (_, changes, reason) => {
    const { call } = await openAccount();
    const { status, body } = await call("POST", templatesPath, draft(changes));
    expect([status, body.error.code]).toEqual([400, 100]);
    expect(body.error.message).toMatch(reason);
  });

  const accepted: [circumstance: string, template: unknown][] = [
    ["1024 characters", withBody("a".repeat(1024))],
    ["ten emoji", withBody(`Your order ${"🎉".repeat(10)} is ready.`)],
    ["two new lines in a row", withBody("Your order\n\nis ready.")],
    ["a variable that stands twice", withBody("Order {{1}} is on its way, order {{1}} only.", [["x"]])],
    ["named variables", named("Order {{order_no}} of {{day2}} is on its way.", ["order_no", "day2"])],
    ["types in small letters", draft({ category: "utility", components: [{ ...words, type: "body" }] })],
    ["quick replies after a link", withButtons(link({}), reply("Yes"), reply("No"))],
    [
      "a link that ends in a variable",
      withButtons(link({ url: "https://shop.example/{{1}}", example: ["A-17"] })),
    ],
    ["an underscore in its header", withPart({ type: "HEADER", format: "TEXT", text: "File a_b is ready" })],
    [
      "words that Meta writes itself",
      draft({
        category: "AUTHENTICATION",
        components: [
          { type: "BODY", add_security_recommendation: true },
          { type: "FOOTER", code_expiration_minutes: 5 },
          { type: "BUTTONS", buttons: [{ type: "OTP", otp_type: "COPY_CODE" }] },
        ],
      }),
    ],
  ];

  test.each(accepted)("with %s is answered with its id, PENDING and the category", async (_, template) => {
    const { call } = await openAccount();
    const { status, body } = await call("POST", templatesPath, template);
    expect([status, body]).toEqual([
      200,
      {
        id: expect.stringMatching(/^\d{15}$/),
        status: "PENDING",
        category: expect.stringMatching(/^[A-Z]+$/),
      },
    ]);
  });
});

describe("a name", () => {
  test("that exists in this language is refused with 2388024", async () => {
    const { call, create } = await openAccount();
    await create(draft());
    const { body } = await call("POST", templatesPath, draft());
    expect(body.error).toMatchObject({ code: 100, error_subcode: 2388024 });
  });

  test("may have another language, but not another category", async () => {
    const { call, create } = await openAccount();
    await create(draft());
    await create(draft({ language: "en" }));
    const { body } = await call("POST", templatesPath, draft({ language: "pt_BR", category: "MARKETING" }));
    expect(body.error.code).toBe(100);
    expect(body.error.error_subcode).toBeUndefined();
    expect(body.error.error_user_msg).toMatch(/MARKETING.*UTILITY/);
  });

  test("too many for the account is refused with 2388019", async () => {
    const { call, create } = await openAccount({ limits: { templates: 2 } });
    await create(draft({ name: "a" }));
    await create(draft({ name: "b" }));
    const { body } = await call("POST", templatesPath, draft({ name: "c" }));
    expect(body.error).toMatchObject({ code: 100, error_subcode: 2388019 });
  });
});
