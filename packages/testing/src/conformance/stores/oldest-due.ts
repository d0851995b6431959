import { claimRequest, draft, get, moveTo, type Stage, sending, transition } from "./stage.js";

/** What claim() would take on "whatsapp". */
const all = { channels: ["whatsapp"], pausedTemplates: [] };

export function oldestDueConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  test("oldestDue() tells for how long the row of whatever priority has been due that waits longest", async ({
    storage: { notifications },
    advance,
  }) => {
    const waits: (number | null)[] = [];
    for (const priority of ["low", "high", "normal"] as const) {
      await notifications.insertMany([draft({ priority })]);
      await advance(1_000);
      waits.push(await notifications.oldestDue(all));
    }
    for (const token of ["high", "normal", "low"]) {
      await notifications.claim(claimRequest(token, 1));
      waits.push(await notifications.oldestDue(all));
    }
    equal(waits, [1_000, 2_000, 3_000, 3_000, 3_000, null]);
  });

  test("oldestDue() counts from when a row fell due, and tells 0 at that moment", async ({
    storage: { notifications },
    advance,
  }) => {
    equal(await notifications.oldestDue(all), null);
    const now = draft();
    await notifications.insertMany([now]);
    equal(await notifications.oldestDue(all), 0);
    await notifications.claim(claimRequest("lease"));
    const [stored] = await notifications.getMany([now.id]);
    const notBefore = new Date((stored?.createdAt.getTime() ?? 0) + 5_000);
    await notifications.insertMany([draft({ notBefore })]);
    const waits: (number | null)[] = [await notifications.oldestDue(all)];
    for (const ms of [4_999, 1, 2_500]) {
      await advance(ms);
      waits.push(await notifications.oldestDue(all));
    }
    equal(waits, [null, null, 0, 2_500]);
  });

  test("oldestDue() passes over what is being sent, has ended or has expired", async (stage) => {
    const { advance } = stage;
    const { notifications } = stage.storage;
    const { notification } = await sending(stage, "attempt-1");
    const { createdAt } = await get(stage, notification.id);
    const ended = draft();
    await notifications.insertMany([
      ended,
      draft({ expiresAt: new Date(createdAt.getTime() + 1_000) }),
      draft({
        expiresAt: new Date(createdAt.getTime() + 9_000),
        notBefore: new Date(createdAt.getTime() + 500),
      }),
    ]);
    await moveTo(notifications, ended, transition("cancelled"));
    equal(await notifications.oldestDue(all), 0);
    await advance(1_000);
    equal(await notifications.oldestDue(all), 500);
    await advance(8_000);
    equal(await notifications.oldestDue(all), null);
  });

  test("oldestDue() passes over other channels and paused templates", async ({
    storage: { notifications },
    advance,
  }) => {
    const rows = [
      { channel: "email" },
      { template: "invoice" },
      { channel: "email", template: "invoice" },
      { channel: "sms", template: "invoice" },
    ];
    for (const row of rows) {
      await notifications.insertMany([draft(row)]);
      await advance(1_000);
    }
    const invoices = (channel: string) => ({ channel, template: "invoice" });
    const waits: (number | null)[] = [];
    for (const [channels, ...pausedTemplates] of [
      [["whatsapp"]],
      [["whatsapp"], invoices("email")],
      [["whatsapp"], invoices("whatsapp")],
      [["email"], invoices("email")],
      [["sms", "email"]],
      [["sms", "whatsapp"], invoices("whatsapp")],
      [["sms", "whatsapp"], invoices("sms"), invoices("whatsapp")],
    ] as const)
      waits.push(await notifications.oldestDue({ channels, pausedTemplates }));
    equal(waits, [3_000, 3_000, null, 4_000, 4_000, 1_000, null]);
  });

  test("oldestDue() of no channel tells that nothing is due", async ({ storage: { notifications } }) => {
    await notifications.insertMany([draft()]);
    equal(await notifications.oldestDue({ channels: [], pausedTemplates: [] }), null);
  });
}
