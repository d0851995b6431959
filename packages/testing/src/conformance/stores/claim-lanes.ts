import { claimRequest, draft, drafts, type Stage } from "./stage.js";

export function claimLanesConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  test("claim() looks through priorities in the order given, and leaves those that are missing", async ({
    storage: { notifications },
    advance,
  }) => {
    const [low, normal, high] = (["low", "normal", "high"] as const).map((priority) => draft({ priority }));
    await notifications.insertMany([low, normal, high].flatMap((row) => row ?? []));
    await advance(1_000);
    const later = draft({ priority: "low" });
    await notifications.insertMany([later]);
    const upwards = { ...claimRequest("lease-1", 10), priorities: ["low", "high"] as const };
    const claimed = await notifications.claim({ ...upwards, limit: 2 });
    equal(
      claimed.map(({ id }) => id),
      [low?.id, later.id],
    );
    const rest = await notifications.claim({ ...upwards, token: "lease-2" });
    equal(
      rest.map(({ id }) => id),
      [high?.id],
    );
    const left = await notifications.claim({ ...upwards, token: "lease-3", priorities: ["normal"] });
    equal(
      left.map(({ id }) => id),
      [normal?.id],
    );
  });

  test("claim() of several priorities gives the rows in their order", async ({
    storage: { notifications },
    advance,
  }) => {
    const rows = [
      draft({ priority: "low" }),
      draft({ priority: "high" }),
      draft(),
      draft({ priority: "high" }),
    ];
    for (const row of rows) {
      await notifications.insertMany([row]);
      await advance(1_000);
    }
    const [low, first, normal, second] = rows.map(({ id }) => id);
    const request = { ...claimRequest("lease"), priorities: ["normal", "high", "low"] as const };
    equal(
      (await notifications.claim(request)).map(({ id }) => id),
      [normal, first, second, low],
    );
  });

  test("claim() with no priority gives nothing", async ({ storage: { notifications } }) => {
    await notifications.insertMany([draft()]);
    equal(await notifications.claim({ ...claimRequest("lease"), priorities: [] }), []);
  });

  test("claim() with a template takes its rows alone, up to the limit", async ({
    storage: { notifications },
    advance,
  }) => {
    await notifications.insertMany(drafts(5, { priority: "high" }));
    await advance(1_000);
    const wanted = drafts(2, { template: "invoice" });
    const elsewhere = draft({ template: "invoice", channel: "email" });
    await notifications.insertMany([...wanted, elsewhere]);
    const request = { ...claimRequest("lease", 1), template: "invoice" };
    const first = await notifications.claim(request);
    const second = await notifications.claim({ ...request, token: "lease-2" });
    equal([first.length, second.length], [1, 1]);
    equal([...first, ...second].map(({ id }) => id).toSorted(), wanted.map(({ id }) => id).toSorted());
    equal(await notifications.claim({ ...request, token: "lease-3" }), []);
    equal((await notifications.claim(claimRequest("lease-4"))).length, 5);
  });

  test("claim() with a template that is paused gives nothing", async ({ storage: { notifications } }) => {
    await notifications.insertMany([draft({ template: "invoice" }), draft()]);
    const pausedTemplates = [{ channel: "whatsapp", template: "invoice" }];
    equal(await notifications.claim({ ...claimRequest("lease"), template: "invoice", pausedTemplates }), []);
  });

  test("claim() by callers with other priorities and templates gives each row to one of them", async ({
    storage: { notifications },
  }) => {
    const rows = (["high", "normal", "low"] as const).flatMap((priority) =>
      ["invoice", "order_created"].flatMap((template) => drafts(20, { priority, template })),
    );
    await notifications.insertMany(rows);
    const requests = [
      {},
      { priorities: ["low", "normal", "high"] as const },
      { template: "invoice" },
      { priorities: ["normal"] as const, template: "order_created" },
    ];
    const claims = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        notifications.claim({ ...claimRequest(`lease-${index}`, 10), ...requests[index % requests.length] }),
      ),
    );
    const rest = await notifications.claim(claimRequest("lease-of-the-rest", 1_000));
    const ids = [...claims.flat(), ...rest].map(({ id }) => id);
    equal(ids.toSorted(), rows.map(({ id }) => id).toSorted());
  });
}
