import { expect, test, vi } from "vitest";
import {
  type CrmCallboard,
  type CrmEventName,
  type CrmNotificationRequest,
  crmEvents,
  crmRules,
  installCrmRules,
} from "../src/index.js";
import { eventData } from "./event-data.js";

const eventNames = Object.keys(crmEvents) as CrmEventName[];

test("installCrmRules() registers one handler per event", () => {
  const { callboard, on } = fakeCallboard();
  installCrmRules(callboard);
  expect(on.mock.calls.map(([name]) => name).toSorted()).toEqual(eventNames.toSorted());
});

test.each(eventNames)(
  "a forwarded %s queues its template for its groups under the event's id",
  async (name) => {
    const { callboard, forward } = fakeCallboard();
    installCrmRules(callboard);
    const { request, options, result } = await forward(name);
    expect(request).toEqual({
      template: crmRules[name].template,
      groupNames: crmRules[name].groupNames,
      context: crmRules[name].toContext(eventData[name] as never),
      relatedContact: { id: "c-7", name: "Rudo Chikafu" },
      idempotencyKey: "evt_1",
    });
    expect(options).toEqual({});
    expect(result).toBe("queue result");
  },
);

test("installCrmRules() with a prefix asks for the prefixed templates", async () => {
  const { callboard, forward } = fakeCallboard<"hanna_">();
  installCrmRules(callboard, { prefix: "hanna_" });
  expect((await forward("order.created")).request.template).toBe("hanna_new_order_created");
});

test("installCrmRules() with groupNames redirects the named events only", async () => {
  const { callboard, forward } = fakeCallboard();
  installCrmRules(callboard, { groupNames: { "job_card.created": ["Workshop"] } });
  expect((await forward("job_card.created")).request.groupNames).toEqual(["Workshop"]);
  expect((await forward("invoice.processed")).request.groupNames).toEqual(["System Admins", "Sales Team"]);
});

test("an event forwarded in a transaction is queued in that transaction", async () => {
  const { callboard, forward } = fakeCallboard();
  installCrmRules(callboard);
  expect((await forward("order.created", "trx")).options).toEqual({ transaction: "trx" });
});

test("an event without a contact's id is queued without a related contact", async () => {
  const { callboard, forward } = fakeCallboard();
  installCrmRules(callboard);
  const { customerId, ...data } = eventData["order.created"];
  expect((await forward("order.created", undefined, data)).request).not.toHaveProperty("relatedContact");
});

test("installCrmRules() with a prefix that Meta refuses throws before it registers anything", () => {
  const { callboard, on } = fakeCallboard<string>();
  expect(() => installCrmRules(callboard, { prefix: "Hanna " as string })).toThrow(TypeError);
  expect(on).not.toHaveBeenCalled();
});

function fakeCallboard<Prefix extends string = "">() {
  type Handler = (event: never) => Promise<unknown>;
  const on = vi.fn<(name: CrmEventName, handler: Handler) => void>();
  const queue = vi.fn<
    (request: CrmNotificationRequest<Prefix>, options: { readonly transaction?: string }) => Promise<unknown>
  >(async () => "queue result");
  const callboard: CrmCallboard<Prefix, string> = { on, queueNotificationsToUsers: queue };
  return {
    callboard,
    on,
    async forward(name: CrmEventName, transaction?: string, data: object = eventData[name]) {
      const [, handler] = on.mock.calls.find(([registered]) => registered === name)!;
      const result = await handler({ id: "evt_1", data, transaction } as never);
      const [request, options] = queue.mock.lastCall!;
      return { request, options, result };
    },
  };
}
