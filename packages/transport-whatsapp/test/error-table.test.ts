import { classifyGraphError, graphErrorTable } from "@callboard/transport-whatsapp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { corpusFiles } from "./corpus.js";
import { failureOf, messageOf, patient, transportAt } from "./fixtures.js";
import { type GraphServer, graphError, json, openGraphServer, text } from "./graph-server.js";

let server: GraphServer;
let transport: ReturnType<typeof transportAt>;

beforeAll(async () => {
  server = await openGraphServer();
  transport = transportAt(server.url);
});
afterAll(async () => {
  await transport.close?.();
  await server.close();
});

const expected = {
  retry: [1, 2, 131000, 131016, 131047, 131056, 133004, 134101],
  "retry-later": [130472, 131049, 132069],
  sender: [
    0, 3, 4, 10, 33, 102, 104, 190, 200, 250, 299, 341, 368, 613, 2500, 80007, 80008, 130429, 131005, 131031,
    131037, 131042, 131045, 131048, 131057, 131064, 133010, 134102, 2494100,
  ],
  template: [131063, 132001, 132007, 132015, 132016],
  "permanent-recipient": [130403, 130497, 131021, 131026, 131030, 131036, 137000],
  "permanent-request": [
    100, 803, 131002, 131008, 131009, 131020, 131041, 131044, 131050, 131051, 131052, 131053, 131055, 131059,
    131060, 131062, 131200, 131299, 132000, 132005, 132008, 132012, 132018, 132068, 133000, 133005, 133006,
    133008, 133009, 133015, 133016, 134011, 134100, 135000, 138000, 139101, 147001, 147005, 200005, 200006,
    200007, 1752041, 2593107, 2593108,
  ],
};
const cases = Object.entries(expected).flatMap(([failureClass, codes]) =>
  codes.map((code) => [code, failureClass] as const),
);

test.each(cases)(
  "send() answered by error %i is %s, with the code, subcode and trace id, and a hint",
  async (code, failureClass) => {
    server.replyWith(json(400, graphError(code, { error_subcode: 2494055, fbtrace_id: "AbC-123_x" })));
    const error = await failureOf(transport.send(messageOf(), patient));
    expect(error).toMatchObject({ failureClass, providerCode: String(code) });
    expect(error.message).toBe(`WhatsApp error ${code}/2494055 (Something) [fbtrace_id AbC-123_x]`);
    expect(error.hint).toMatch(/^[A-Z].{20,}\.$/);
  },
);

test("the table has a test for each of its codes", () => {
  const tested = cases.map(([code]) => String(code));
  expect(Object.keys(graphErrorTable).filter((code) => !tested.includes(code))).toEqual([]);
});

const waits: [code: number, retryAfterMs: number | null][] = [
  [2, null],
  [190, 60_000],
  [130429, 5_000],
  [131026, null],
  [131047, 0],
  [131049, 86_400_000],
  [131056, 6_000],
  [131057, 60_000],
  [132015, 10_800_000],
  [132069, 3_600_000],
];
test.each(waits)("error %i waits %s ms", (code, retryAfterMs) => {
  expect(classifyGraphError({ httpStatus: 400, body: graphError(code) })).toMatchObject({ retryAfterMs });
});

const special: [what: string, httpStatus: number, body: unknown, failureClass: string][] = [
  ["100 with subcode 33", 400, graphError(100, { error_subcode: 33 }), "sender"],
  ["100 with another subcode", 400, graphError(100, { error_subcode: 2388046 }), "permanent-request"],
  [
    "131009 about the phone number",
    400,
    withDetails(131009, "Recipient phone number not valid"),
    "permanent-recipient",
  ],
  ["131009 about phone_number_id", 400, withDetails(131009, "phone_number_id is odd"), "permanent-request"],
  ["131009 about a button", 400, withDetails(131009, "Button title length invalid"), "permanent-request"],
  [
    "131053 with 429 of the media host",
    400,
    withDetails(131053, "failed with http code 429, status"),
    "retry",
  ],
  ["131053 with 503 of the media host", 400, withDetails(131053, "http code 503"), "retry"],
  ["131053 with 404 of the media host", 400, withDetails(131053, "http code 404"), "permanent-request"],
  ["an unknown code", 400, graphError(999_999), "permanent-request"],
  ["an unknown code that is transient", 400, graphError(999_999, { is_transient: true }), "retry"],
  ["an unknown code under 500", 500, graphError(999_999), "retry"],
  ["an unknown code under 429", 429, graphError(999_999), "sender"],
  ["a known code under 500", 500, graphError(131005), "sender"],
  ["a known code that is transient", 400, graphError(131008, { is_transient: true }), "permanent-request"],
  ["a code as text", 400, { error: { code: "131026" } }, "permanent-recipient"],
  ["a code alone", 400, { error: { code: 190 } }, "sender"],
  ["an error without a code", 400, { error: { message: "no" } }, "uncertain"],
  ["an error that is a text", 500, { error: "no" }, "uncertain"],
  ["429 without a body", 429, undefined, "sender"],
];
test.each(special)("classifyGraphError() calls %s under HTTP %i", (_, httpStatus, body, failureClass) => {
  expect(classifyGraphError({ httpStatus, body }).failureClass).toBe(failureClass);
});

test("classifyGraphError() repeats no phone number, no token and no withheld text", () => {
  const details = "To +263 77-123-4567 (263771234567) with EAAG7x0pQzZBkBAJ9ZCqT4 said Order Zebra";
  const message = "(#190) Malformed access token EAAG7x0pQzZBkBAJ9ZCqT4";
  const body = graphError(190, { message, error_data: { details } });
  const classified = classifyGraphError({ httpStatus: 401, body, withheld: ["Order Zebra"] });
  expect(classified.message).toBe("WhatsApp error 190 (Malformed access token …): To … (…) with … said …");
});

test("classifyGraphError() judges a localised error like the English one", () => {
  const german = { message: "Die Empfängernummer ist abgelaufen", type: "Fehler", error_user_title: "Konto" };
  for (const code of Object.keys(graphErrorTable).map(Number)) {
    const plain = classifyGraphError({ httpStatus: 400, body: { error: { code } } });
    const localized = classifyGraphError({ httpStatus: 400, body: graphError(code, german) });
    expect({ ...localized, message: "" }).toEqual({ ...plain, message: "" });
  }
});

test("classifyGraphError() keeps its message short whatever Meta writes", () => {
  const body = graphError(100, {
    message: "long ".repeat(20_000),
    error_data: { details: "a".repeat(50_000) },
  });
  expect(classifyGraphError({ httpStatus: 400, body }).message.length).toBeLessThan(700);
});

const corpusClasses: Record<string, string> = {
  "100": "permanent-request",
  "100/33": "sender",
  "130429": "sender",
  "134011": "permanent-request",
  "131008": "permanent-request",
  "131047": "retry",
  "131062": "permanent-request",
  "132018": "permanent-request",
  "133010": "sender",
  "190": "sender",
  "200": "sender",
  "803": "permanent-request",
  "2": "retry",
};
test.each(corpusFiles("errors"))("send() understands %s of the corpus", async (name, body) => {
  const { error } = JSON.parse(body) as { error: { code: number; error_subcode?: number } };
  const status = Number(/^http(\d+)/.exec(name)?.[1] ?? 400);
  server.replyWith(text(status, body));
  const failure = await failureOf(transport.send(messageOf(), patient));
  const key = error.error_subcode === 33 ? "100/33" : String(error.code);
  expect([failure.failureClass, failure.providerCode]).toEqual([corpusClasses[key], String(error.code)]);
});

function withDetails(code: number, details: string): unknown {
  return graphError(code, { error_data: { messaging_product: "whatsapp", details } });
}
