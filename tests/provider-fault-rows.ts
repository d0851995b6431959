import type { FailureClass } from "@callboard/core";
import type { SimulatorFault } from "@callboard/whatsapp-simulator";
import {
  answerOf,
  answers,
  answersNow,
  breaksOff,
  drips,
  floods,
  gzipBomb,
  hangUp,
  reset,
  type WireFault,
} from "./provider-fault-servers.js";

/** One thing that the provider may do to a send, and what it must come to. */
export interface FaultRow {
  readonly what: string;
  readonly provider: Provider;
  readonly becomes: Exclude<FailureClass, "quarantined"> | "accepted";
  /** Meta's code, where Meta itself has spoken. */
  readonly code: string | null;
  /** Time to the next try that the answer leads to, in ms. `null`: the engine's own, or no next try at all. */
  readonly waitMs: number | null;
}

export type Provider =
  /** The simulator answers as Meta does. */
  | { readonly graph: SimulatorFault }
  /** A server of our own breaks the rules. */
  | { readonly wire: WireFault; readonly scheme?: "https" }
  /** Nobody is there. */
  | { readonly url: string };

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const tenYearsInSeconds = 10 * 365 * 86_400;

type GraphError = Extract<SimulatorFault, { kind: "error" }>;

function meta(
  code: number,
  becomes: FaultRow["becomes"],
  waitMs: number | null = null,
  fault: Partial<GraphError> = {},
): FaultRow {
  const status = fault.httpStatus === undefined ? "" : ` under HTTP ${fault.httpStatus}`;
  const subcode = fault.subcode === undefined ? "" : `/${fault.subcode}`;
  const details = fault.details === undefined ? "" : ` about "${fault.details}"`;
  const what = `Meta's ${code}${subcode}${status}${details}`;
  return {
    ...{ what, becomes, code: String(code), waitMs },
    provider: { graph: { kind: "error", code, ...fault } },
  };
}

function wire(what: string, fault: WireFault, becomes: FaultRow["becomes"], waitMs: number | null = null) {
  return { what, provider: { wire: fault }, becomes, code: null, waitMs } satisfies FaultRow;
}

function overTls(what: string, fault: WireFault): FaultRow {
  return {
    ...wire(what, fault, "sender", 5 * second),
    provider: { wire: fault, scheme: "https" },
  };
}

function busy(retryAfter: string, waitMs: number): FaultRow {
  return { ...busyNow(`"${retryAfter}"`, () => retryAfter, waitMs) };
}

function busyNow(what: string, retryAfter: () => string, waitMs: number): FaultRow {
  const body = JSON.stringify({ error: { message: "(#130429) Rate limit hit", code: 130_429 } });
  const fault = answersNow(429, body, () => ({ "retry-after": retryAfter() }));
  return { ...wire(`HTTP 429 with Retry-After ${what}`, fault, "sender", waitMs), code: "130429" };
}

const inSeconds = (seconds: number) => () => new Date(Date.now() + seconds * second).toUTCString();

const refusals: readonly FaultRow[] = [
  meta(190, "sender", minute),
  meta(0, "sender", minute),
  meta(10, "sender", minute),
  meta(200, "sender", minute),
  meta(4, "sender", minute),
  meta(368, "sender", hour),
  meta(2500, "sender", minute),
  meta(80007, "sender", minute),
  meta(130429, "sender", 5 * second),
  meta(131005, "sender", minute),
  meta(131031, "sender", hour),
  meta(131042, "sender", 10 * minute),
  meta(131048, "sender", hour),
  meta(131057, "sender", minute),
  meta(133010, "sender", 10 * minute),
  meta(100, "sender", minute, { subcode: 33 }),
  meta(1, "retry"),
  meta(2, "retry"),
  meta(131000, "retry"),
  meta(131016, "retry"),
  meta(133004, "retry"),
  meta(131056, "retry", 6 * second),
  meta(134101, "retry", 10 * minute),
  meta(131053, "retry", null, { details: "Downloading media failed with HTTP code 503" }),
  meta(130472, "retry-later", day),
  meta(131049, "retry-later", day),
  meta(132001, "template", 10 * minute),
  meta(132007, "template", hour),
  // Three hours and a day by Meta's rules, but no pause is longer than an hour: then one message looks.
  meta(132015, "template", hour),
  meta(132016, "template", hour),
  meta(131021, "permanent-recipient"),
  meta(131026, "permanent-recipient"),
  meta(131030, "permanent-recipient"),
  meta(130497, "permanent-recipient"),
  meta(131009, "permanent-recipient", null, { details: "Recipient phone number is not valid" }),
  meta(100, "permanent-request"),
  meta(131008, "permanent-request"),
  meta(131009, "permanent-request"),
  meta(131051, "permanent-request"),
  meta(132000, "permanent-request"),
  meta(132005, "permanent-request"),
  meta(132012, "permanent-request"),
  meta(999_999, "permanent-request", null, { httpStatus: 400 }),
  meta(999_999, "permanent-request", null, { httpStatus: 404 }),
  meta(999_999, "permanent-request", null, { httpStatus: 413 }),
  meta(999_999, "sender", 30 * second, { httpStatus: 429 }),
  meta(999_999, "retry", null, { httpStatus: 500 }),
  meta(999_999, "retry", null, { httpStatus: 503, headers: { "Retry-After": "30" } }),
];

const waits: readonly FaultRow[] = [
  busy("7", 7 * second),
  busy("0", 5 * second),
  busy("-30", 5 * second),
  busy("a little", 5 * second),
  busy(String(tenYearsInSeconds), hour),
  busyNow("as a date in 5 minutes", inSeconds(300), 5 * minute),
  busyNow("as a date in the past", inSeconds(-300), 5 * second),
  busyNow("as a date in 10 years", inSeconds(tenYearsInSeconds), hour),
  wire("HTTP 429 of something before Meta", answers(429, "slow down"), "sender", 30 * second),
  wire(
    "HTTP 429 of something before Meta with Retry-After 90",
    answers(429, "", { "retry-after": "90" }),
    "sender",
    90 * second,
  ),
];

const accepted = JSON.stringify({ messaging_product: "whatsapp", messages: [{ id: "wamid.accepted" }] });
const wholeAnswer = answerOf(200, accepted);
const page = "<!doctype html><title>Something else</title>";
const megabyte = Buffer.alloc(1_048_576, " ");

const strangeAnswers: readonly FaultRow[] = [
  wire("HTTP 200 with a web page", answers(200, page), "uncertain"),
  wire("HTTP 200 with nothing", answers(200, ""), "uncertain"),
  wire("HTTP 200 with half of the JSON", answers(200, accepted.slice(0, 50)), "uncertain"),
  wire("HTTP 200 with messages that are no list", answers(200, '{"messages":{"id":"a"}}'), "uncertain"),
  wire("HTTP 200 with an id that is a number", answers(200, '{"messages":[{"id":7}]}'), "uncertain"),
  wire("HTTP 200 with a list instead of an object", answers(200, `[${accepted}]`), "uncertain"),
  wire("HTTP 403 with a web page", answers(403, page), "uncertain"),
  wire("HTTP 404 with a web page", answers(404, page), "uncertain"),
  wire("HTTP 413 with a web page", answers(413, page), "uncertain"),
  wire("HTTP 500 with nothing", answers(500, ""), "uncertain"),
  wire("HTTP 502 with a web page", answers(502, page), "uncertain"),
  wire("HTTP 503 with JSON that is not Meta's", answers(503, '{"error":"upstream"}'), "uncertain"),
  wire("what is not HTTP", breaksOff("220 mail.example ready\r\n", hangUp), "uncertain"),
];

const elsewhere = { location: "http://169.254.169.254/latest/meta-data" };

const redirects: readonly FaultRow[] = [
  wire("HTTP 302 to a link-local address", answers(302, "", elsewhere), "sender", minute),
  wire("HTTP 307 to a link-local address", answers(307, "", elsewhere), "sender", minute),
  wire("HTTP 308 to itself", answers(308, "", { location: "/" }), "sender", minute),
];

const interimAnswers = Buffer.from("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1_000));
const trailersBegin = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n";

const floodsAndDrips: readonly FaultRow[] = [
  wire("headers a byte at a time", drips("HTTP/1.1 200 OK\r\nx-slow: yes\r\n".repeat(500)), "uncertain"),
  wire("a header without end", floods("HTTP/1.1 200 OK\r\nx-long: ", Buffer.alloc(65_536, "x")), "uncertain"),
  wire("a header of white space without end", floods("HTTP/1.1 200 OK\r\nx-long:", megabyte), "uncertain"),
  wire("interim answers without end", floods("", interimAnswers), "uncertain"),
  wire("interim answers a byte at a time", drips("HTTP/1.1 103 Early Hints\r\n\r\n"), "uncertain"),
  wire(
    "trailers without end",
    floods(trailersBegin, Buffer.from("x-trailer: x\r\n".repeat(1_000))),
    "uncertain",
  ),
  wire("a body a byte at a time", drips(" ", "HTTP/1.1 200 OK\r\n\r\n"), "uncertain"),
  wire("a body without end", floods("HTTP/1.1 200 OK\r\n\r\n", megabyte), "uncertain"),
  wire(
    "a body of 50 MB",
    floods(`HTTP/1.1 200 OK\r\ncontent-length: ${50 * megabyte.length}\r\n\r\n`, megabyte, 50),
    "uncertain",
  ),
  wire("a gzip bomb", answers(200, gzipBomb(50_000_000), { "content-encoding": "gzip" }), "uncertain"),
  wire("silence", {}, "uncertain"),
];

const breaks: readonly FaultRow[] = [
  wire("a reset before the answer", { onRequest: reset }, "uncertain"),
  wire("a closed connection before the answer", { onRequest: hangUp }, "uncertain"),
  wire("a reset in the headers", breaksOff(wholeAnswer.subarray(0, 20), reset), "uncertain"),
  wire("a reset in the body", breaksOff(wholeAnswer.subarray(0, -10), reset), "uncertain"),
  wire("a closed connection behind the whole answer", breaksOff(wholeAnswer, hangUp), "accepted"),
];

const unreachable: readonly FaultRow[] = [
  nobody("a port where nobody listens", "http://127.0.0.1:9"),
  nobody("a name that does not exist", "https://graph.invalid"),
  overTls("what is not TLS", { onConnection: (socket) => void socket.end("not TLS") }),
  overTls("a TLS handshake that never ends", { onConnection: () => {} }),
  overTls("a TLS handshake that is reset", { onConnection: reset }),
  overTls("a TLS handshake that is hung up on", { onConnection: hangUp }),
];

function nobody(what: string, url: string): FaultRow {
  return { what, provider: { url }, becomes: "sender", code: null, waitMs: 5 * second };
}

/** Everything that a provider has been seen or feared to do. */
export const faultRows: readonly FaultRow[] = [
  ...refusals,
  ...waits,
  ...strangeAnswers,
  ...redirects,
  ...floodsAndDrips,
  ...breaks,
  ...unreachable,
];
