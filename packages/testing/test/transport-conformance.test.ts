import { DeliveryError, type OutgoingMessage, type Transport } from "@callboard/core/adapter";
import { expect, test } from "vitest";
import { transportConformance } from "../src/conformance.js";
import { fakeTransport } from "../src/index.js";
import { failuresOf } from "./collected.js";

type AnyTransport = Transport<string, unknown>;

/** The suite on a fake with a fault. */
function failuresWith(
  fault: (sound: ReturnType<typeof fakeTransport>) => Partial<AnyTransport>,
): Promise<string[]> {
  let received: readonly OutgoingMessage[] = [];
  const open = async (): Promise<AnyTransport> => {
    const sound = fakeTransport("fake");
    received = sound.sent;
    return { ...sound, ...fault(sound) };
  };
  return failuresOf((runner) =>
    transportConformance(runner, {
      open,
      openRefused: async () => {
        const sound = fakeTransport("fake");
        sound.failNext({ failureClass: "retry", hint: "Wait." }, 100);
        return { ...sound, ...fault(sound) };
      },
      receivedTexts: async () => received.map(({ content }) => content.text),
      validAddress: " Ada ",
      invalidAddress: " ",
    }),
  );
}

test("transportConformance() passes a transport without faults", async () => {
  expect(await failuresWith(() => ({}))).toEqual([]);
});

let opened = 0;
let last: OutgoingMessage;

const mutants: [string, caughtBy: string, Parameters<typeof failuresWith>[0]][] = [
  [
    "a name that changes",
    "name can be a channel, and is the same each time",
    () => {
      opened += 1;
      return { name: `fake-${opened}` };
    },
  ],
  [
    "a name that is no channel",
    "name can be a channel, and is the same each time",
    () => ({ name: "Fake SMS" }),
  ],
  [
    "another form each time",
    "normalizeAddress() gives the one form, and leaves that form as it is",
    () => ({ normalizeAddress: (address) => `+${address}` }),
  ],
  [
    "any address taken",
    "normalizeAddress() refuses what cannot be an address with an InvalidAddressError",
    () => ({ normalizeAddress: (address) => address.trim() }),
  ],
  [
    "sendable content refused",
    "checkContent() has nothing against content that can be sent",
    () => ({ checkContent: () => ["no footer"] }),
  ],
  [
    "a message that is changed",
    "send() resolves with the provider's message id, or null, and leaves the message as it is",
    (sound) => ({ send: (message, options) => sound.send(Object.assign(message, { to: "ben" }), options) }),
  ],
  [
    "one id for all",
    "send() many times at once hands over each message, and gives each its own id",
    (sound) => ({
      send: async (...given) => ({ ...(await sound.send(...given)), providerMessageId: "same" }),
    }),
  ],
  [
    "state between calls",
    "send() many times at once hands over each message, and gives each its own id",
    (sound) => ({
      send: async (message, options) => {
        last = message;
        await null;
        return sound.send(last, options);
      },
    }),
  ],
  [
    "a refusal that is another error",
    "send() throws a DeliveryError with a hint when the provider refuses",
    (sound) => ({ send: (...given) => sound.send(...given).catch(() => Promise.reject(new Error("500"))) }),
  ],
  [
    "a refusal that is swallowed",
    "send() throws a DeliveryError with a hint when the provider refuses",
    (sound) => ({ send: (...given) => sound.send(...given).catch(() => ({ providerMessageId: null })) }),
  ],
  [
    "a refusal without a hint",
    "send() throws a DeliveryError with a hint when the provider refuses",
    (sound) => ({
      send: (...given) =>
        sound
          .send(...given)
          .catch(() => Promise.reject(new DeliveryError("500", { failureClass: "retry", hint: "" }))),
    }),
  ],
];

test.each(mutants)("transportConformance() finds %s", async (_, caughtBy, fault) => {
  expect(await failuresWith(fault)).toContain(caughtBy);
});

const unansweredMutants: [string, send: AnyTransport["send"]][] = [
  ["a signal that is not heeded", () => new Promise(() => {})],
  [
    "an AbortError let through",
    (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  ],
];

test.each(unansweredMutants)("transportConformance() finds %s", async (_, send) => {
  const failures = await failuresOf((runner) =>
    transportConformance(runner, {
      open: async () => fakeTransport("fake"),
      openUnanswered: async () => ({ ...fakeTransport("fake"), send }),
      validAddress: "ada",
      invalidAddress: " ",
    }),
  );
  expect(failures).toEqual(["send() ends soon after its signal fires, by a result or a DeliveryError"]);
});

test("transportConformance() finds a close() that is for ever", async () => {
  const failures = await failuresWith((sound) => {
    let closed = false;
    return {
      close: async () => {
        closed = true;
      },
      send: async (...given) => {
        if (closed) throw new Error("Closed.");
        return sound.send(...given);
      },
    };
  });
  expect(failures).toContain(
    "send() after close() works again, because a Callboard that was stopped can be started",
  );
});

test("transportConformance() finds a close() that works only once", async () => {
  const failures = await failuresWith(() => {
    let closed = false;
    return {
      close: async () => {
        if (closed) throw new Error("Already closed.");
        closed = true;
      },
    };
  });
  expect(failures).toContain("close() twice is harmless");
});
