import type { ChannelTemplate, ChannelTemplateNews } from "@callboard/core/adapter";
import { awkwardTexts } from "./awkward-texts.js";
import type { Stage } from "./stage.js";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 10, minute));

const template: ChannelTemplate = {
  channel: "whatsapp",
  remoteName: "order_created_v1",
  language: "en",
  remoteId: "101",
  template: "order_created",
  version: 1,
  fingerprint: "f".repeat(64),
  expressions: ["order.number", "customer.name | upper"],
  status: "pending",
  category: "UTILITY",
  reason: null,
  submittedAt: at(0),
  editedAt: [at(1), at(2)],
  statusAt: at(5),
};

const nothing: ChannelTemplateNews = {
  ...{ channel: "whatsapp", remoteId: "101", remoteName: null, language: null },
  ...{ status: null, category: null, reason: null, at: at(9) },
};

const news = (changes: Partial<ChannelTemplateNews>): ChannelTemplateNews => ({ ...nothing, ...changes });

export function channelTemplateConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  test("save() of templates writes each whole, and list() gives those of a channel by name and language", async ({
    storage: { channelTemplates },
  }) => {
    const other = { ...template, channel: "email" };
    const bare = { ...template, remoteId: null, category: null, expressions: [], editedAt: [] };
    const named = (remoteName: string, language: string) => ({ ...bare, remoteName, language });
    await channelTemplates.save([
      named("b", "en"),
      named("a", "sn"),
      named("a", "en"),
      named("B", "en"),
      other,
    ]);
    equal(await channelTemplates.list("whatsapp"), [
      ...[named("B", "en"), named("a", "en"), named("a", "sn"), named("b", "en")],
    ]);
    equal(await channelTemplates.list("email"), [other]);
    equal(await channelTemplates.list("sms"), []);
    await channelTemplates.save([]);
  });

  test("list() of templates answers within a transaction, whatever that keeps others from", async ({
    storage,
  }) => {
    await storage.channelTemplates.save([template]);
    const listed = await storage.transaction((transaction) =>
      storage.channelTemplates.list("whatsapp", { transaction }),
    );
    equal(listed, [template]);
  });

  test("save() of a template that is known replaces all of it, and what is given twice stands as given last", async ({
    storage: { channelTemplates },
  }) => {
    await channelTemplates.save([template]);
    const changed: ChannelTemplate = {
      ...{
        ...template,
        remoteId: null,
        template: "order_new",
        version: 7,
        fingerprint: "g",
        expressions: [],
      },
      ...{ status: "rejected", category: null, reason: awkwardTexts.join(" "), statusAt: at(8) },
      ...{ submittedAt: at(7), editedAt: [at(6)] },
    };
    await channelTemplates.save([template, changed]);
    equal(await channelTemplates.list("whatsapp"), [changed]);
  });

  test("applyNews() notes a status by the provider's id, or by name and language, and gives it as it was and is", async ({
    storage: { channelTemplates },
  }) => {
    const shona = { ...template, language: "sn", remoteId: "102" };
    const english = { ...template, channel: "email" };
    await channelTemplates.save([template, shona, english]);
    const named = { remoteId: null, remoteName: template.remoteName };
    const changes = await channelTemplates.applyNews([
      news({ status: "approved" }),
      news({ ...named, language: "sn", status: "rejected", reason: "TAG_CONTENT_MISMATCH", at: at(8) }),
      ...[
        news({ remoteId: "404", status: "disabled" }),
        news({ ...named, language: "fr", status: "paused", at: at(10) }),
      ],
      news({ ...named, remoteId: "404", status: "disabled" }),
    ]);
    const [after, rejected] = [
      { ...template, status: "approved", statusAt: at(9) } as const,
      { ...shona, status: "rejected", reason: "TAG_CONTENT_MISMATCH", statusAt: at(8) } as const,
    ];
    equal(
      changes.toSorted((a, b) => (a.after.language < b.after.language ? -1 : 1)),
      [
        { before: template, after },
        { before: shona, after: rejected },
      ],
    );
    equal(await channelTemplates.list("whatsapp"), [after, rejected]);
    equal(await channelTemplates.list("email"), [english]);
    equal(await channelTemplates.applyNews([]), []);
  });

  test("applyNews() of a status that is not newer than the one known is ignored", async ({
    storage: { channelTemplates },
  }) => {
    await channelTemplates.save([template]);
    const late = news({ status: "approved", category: "MARKETING", reason: "late", at: at(4) });
    equal(await channelTemplates.applyNews([late, { ...late, at: at(5) }]), []);
    equal(await channelTemplates.list("whatsapp"), [template]);
    equal((await channelTemplates.applyNews([{ ...late, at: new Date(at(5).getTime() + 1) }])).length, 1);
  });

  test("applyNews() of a status that is older than one that told nothing new is ignored", async ({
    storage: { channelTemplates },
  }) => {
    await channelTemplates.save([template]);
    equal(await channelTemplates.applyNews([news({ status: "pending", at: at(8) })]), []);
    equal(await channelTemplates.applyNews([news({ status: "paused", at: at(7) })]), []);
    equal(await channelTemplates.list("whatsapp"), [template]);
    equal((await channelTemplates.applyNews([news({ status: "paused", at: at(9) })])).length, 1);
  });

  test("applyNews() of what is known already gives nothing, and leaves since when it stands so", async ({
    storage: { channelTemplates },
  }) => {
    await channelTemplates.save([template]);
    const known = news({ status: "pending", category: "UTILITY" });
    equal(await channelTemplates.applyNews([known, news({ category: "UTILITY" }), nothing]), []);
    equal(await channelTemplates.list("whatsapp"), [template]);
  });

  test("applyNews() of a category, alone or with the status that is known, notes that and leaves since when it stands so", async ({
    storage: { channelTemplates },
  }) => {
    await channelTemplates.save([{ ...template, reason: "In review." }]);
    const after = { ...template, reason: "In review.", category: "MARKETING" };
    equal(await channelTemplates.applyNews([news({ category: "MARKETING" })]), [
      { before: { ...after, category: "UTILITY" }, after },
    ]);
    const again = news({ status: "pending", category: "AUTHENTICATION", reason: "In review.", at: at(6) });
    equal((await channelTemplates.applyNews([again])).length, 1);
    equal(await channelTemplates.list("whatsapp"), [{ ...after, category: "AUTHENTICATION" }]);
    equal((await channelTemplates.applyNews([news({ status: "approved", at: at(7) })])).length, 1);
  });

  test("applyNews() replaces the reason with every status, and takes a new one of the same status", async ({
    storage: { channelTemplates },
  }) => {
    await channelTemplates.save([template]);
    const standing = async () => {
      const [one] = await channelTemplates.list("whatsapp");
      return [one?.status, one?.reason, one?.statusAt];
    };
    await channelTemplates.applyNews([news({ status: "rejected", reason: "first", at: at(6) })]);
    equal(await standing(), ["rejected", "first", at(6)]);
    await channelTemplates.applyNews([news({ status: "rejected", reason: "second", at: at(7) })]);
    equal(await standing(), ["rejected", "second", at(7)]);
    await channelTemplates.applyNews([news({ status: "approved", at: at(8) })]);
    equal(await standing(), ["approved", null, at(8)]);
  });

  test("applyNews() takes the news of one call in the order of their times, and gives each template once", async ({
    storage: { channelTemplates },
  }) => {
    await channelTemplates.save([template]);
    const changes = await channelTemplates.applyNews([
      news({ status: "paused", reason: "Low quality.", at: at(8) }),
      news({ status: "approved", at: at(7) }),
      news({ category: "MARKETING", at: at(6) }),
    ]);
    const after = { ...template, status: "paused", reason: "Low quality.", category: "MARKETING" } as const;
    equal(changes, [{ before: template, after: { ...after, statusAt: at(8) } }]);
    const back = [
      news({ status: "approved" }),
      news({ status: "paused", reason: "Low quality.", at: at(10) }),
    ];
    equal(await channelTemplates.applyNews(back), []);
    equal(await channelTemplates.list("whatsapp"), [{ ...after, statusAt: at(10) }]);
  });

  test("applyNews() by name and language notes the provider's id", async ({
    storage: { channelTemplates },
  }) => {
    await channelTemplates.save([{ ...template, remoteId: null }]);
    const named = { remoteName: template.remoteName, language: "en", remoteId: "77" };
    const [change] = await channelTemplates.applyNews([news(named)]);
    equal(change?.after, { ...template, remoteId: "77" });
    equal((await channelTemplates.applyNews([news({ remoteId: "77", status: "approved" })])).length, 1);
  });

  test("applyNews() of the same news by 20 racing callers is applied by one of them", async ({
    storage: { channelTemplates },
  }) => {
    await channelTemplates.save([template, { ...template, language: "sn", remoteId: "102" }]);
    const both = [news({ remoteId: "102", status: "approved" }), news({ status: "approved" })];
    const changes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        channelTemplates.applyNews(index % 2 === 0 ? both : both.toReversed()),
      ),
    );
    equal(changes.flat().length, 2);
  });

  test("applyNews() by 20 racing callers leaves what is newest", async ({
    storage: { channelTemplates },
  }) => {
    await channelTemplates.save([template]);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const minute = 6 + ((index * 7) % 20);
        const status = minute === 25 ? "disabled" : "approved";
        return channelTemplates.applyNews([news({ status, reason: String(minute), at: at(minute) })]);
      }),
    );
    const after = { ...template, status: "disabled", reason: "25", statusAt: at(25) };
    equal(await channelTemplates.list("whatsapp"), [after]);
  });

  test("applyNews() takes thousands at once", async ({ storage: { channelTemplates } }) => {
    const many = Array.from({ length: 2_500 }, (_, index) => ({
      ...template,
      ...{ remoteName: `template_${index}`, remoteId: String(index) },
    }));
    await channelTemplates.save(many);
    const approvals = many.map(({ remoteId }) => news({ remoteId, status: "approved" }));
    equal((await channelTemplates.applyNews(approvals)).length, 2_500);
    const statuses = (await channelTemplates.list("whatsapp")).map(({ status }) => status);
    equal([statuses.length, new Set(statuses)], [2_500, new Set(["approved"])]);
  });
}
