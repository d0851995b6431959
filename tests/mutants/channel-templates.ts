import type { ChannelTemplate, ChannelTemplateChange, ChannelTemplateNews } from "@callboard/core/adapter";
import { type Mutants, type Mutation, mutantOf, othersFirst, type Sound } from "./mutant.js";

type Templates = Sound["channelTemplates"];
type News = readonly ChannelTemplateNews[];
type Changes = readonly ChannelTemplateChange[];

export const channelTemplateMutants: Mutants = {
  "save() of templates writes each whole, and list() gives those of a channel by name and language": {
    "list() of templates has no order": listing((all) => all.toReversed()),
    "list() of templates goes by the alphabet": listing((all) =>
      all.toSorted((a, b) => a.remoteName.localeCompare(b.remoteName, "en")),
    ),
    "list() of templates gives one language of each": listing((all) => [
      ...new Map(all.map((one) => [one.remoteName, one])).values(),
    ]),
    "list() of templates ignores the channel": templates(({ list }) => ({
      list: async () => [...(await list("whatsapp")), ...(await list("email"))],
    })),
    "save() of templates takes an empty id for none": saving((one) => ({ remoteId: one.remoteId ?? "" })),
    "save() of templates takes an empty category for none": saving((one) => ({
      category: one.category ?? "",
    })),
  },

  "list() of templates answers within a transaction, whatever that keeps others from": {
    "list() of templates gives nothing in a transaction": templates(({ list }) => ({
      list: async (channel, options) => (options?.transaction ? [] : list(channel)),
    })),
  },

  "save() of a template that is known replaces all of it, and what is given twice stands as given last": {
    "save() of templates takes the first of two": templates(({ save }) => ({
      save: (all) => save(all.toReversed()),
    })),
    "save() of templates leaves what it knows": templates((sound) => ({
      save: async (all) => sound.save((await sound.list("whatsapp")).length > 0 ? [] : all.slice(0, 1)),
    })),
    "save() of templates forgets the expressions": listed(() => ({ expressions: ["order.number"] })),
    "save() of templates keeps the first fingerprint": listed(() => ({ fingerprint: "f".repeat(64) })),
    "save() of templates keeps the first version": listed(() => ({ version: 1 })),
    "save() of templates forgets the edits": listed(() => ({ editedAt: [] })),
    "save() of templates takes the status's time for the submission's": listed(({ statusAt }) => ({
      submittedAt: statusAt,
    })),
    "save() of templates cuts the reason": listed(({ reason }) => ({
      reason: reason?.slice(0, 255) ?? null,
    })),
  },

  "applyNews() notes a status by the provider's id, or by name and language, and gives it as it was and is": {
    "applyNews() writes nothing": templates((sound) => {
      return {
        async applyNews(news) {
          const before = await everything(sound);
          const changes = await sound.applyNews(news);
          await sound.save(before);
          return changes;
        },
      };
    }),
    "applyNews() finds nothing by id": told((all) => all.filter(({ remoteName }) => remoteName !== null)),
    "applyNews() finds nothing by name": told((all) => all.filter(({ remoteId }) => remoteId !== null)),
    "applyNews() ignores the language": told((all) =>
      all.map((one) => (one.language === "fr" ? { ...one, language: "en" } : one)),
    ),
    "applyNews() ignores the name beside an id": told((all) => [
      ...all.map((one) => (one.remoteId === "404" ? { ...one, remoteId: "101", at: new Date(2e12) } : one)),
    ]),
    "applyNews() takes the news to every channel": told((all) =>
      all.flatMap((one) => [one, { ...one, channel: "email" }]),
    ),
    "applyNews() gives a template as it is alone": changed((all) =>
      all.map(({ after }) => ({ before: after, after })),
    ),
    "applyNews() drops the reason": told((all) => all.map((one) => ({ ...one, reason: null }))),
  },

  "applyNews() of a status that is not newer than the one known is ignored": {
    "applyNews() takes what it is told last": asNewest(),
    "applyNews() takes a status of the same time": told((all) =>
      all.map((one) => ({ ...one, at: new Date(one.at.getTime() + 1) })),
    ),
    "applyNews() takes the category of old news": templates((sound) => ({
      applyNews: async (news) => [
        ...(await sound.applyNews(news)),
        ...(await sound.applyNews(news.map((one) => ({ ...one, status: null })))),
      ],
    })),
    "applyNews() counts in seconds": told((all) =>
      all.map((one) => ({ ...one, at: new Date(Math.floor(one.at.getTime() / 1_000) * 1_000) })),
    ),
  },

  "applyNews() of a status that is older than one that told nothing new is ignored": {
    "applyNews() forgets when it was told what it knew": told((all) =>
      all.filter(({ status }) => status !== "pending"),
    ),
    "applyNews() keeps no status that it was told before": told((all) =>
      all.filter(({ status }) => status !== "paused"),
    ),
  },

  "applyNews() of what is known already gives nothing, and leaves since when it stands so": {
    "applyNews() gives what did not change": templates((sound) => ({
      async applyNews(news) {
        await sound.applyNews(news);
        return (await everything(sound)).map((one) => ({ before: one, after: one }));
      },
    })),
    "applyNews() moves the time of a status that is told again": timing((news) => news.status !== null),
  },

  "applyNews() of a category, alone or with the status that is known, notes that and leaves since when it stands so":
    {
      "applyNews() ignores a category alone": told((all) => all.filter(({ status }) => status !== null)),
      "applyNews() moves the time of the status with a category": timing((news) => news.category !== null),
      "applyNews() ignores a category beside the status that is known": told((all) =>
        all.filter(({ status }) => status !== "pending"),
      ),
      "applyNews() takes the reason away with a category": templates((sound) => ({
        async applyNews(news) {
          const changes = await sound.applyNews(news);
          return changes.map(({ before, after }) => ({ before, after: { ...after, reason: null } }));
        },
      })),
    },

  "applyNews() replaces the reason with every status, and takes a new one of the same status": {
    "applyNews() keeps a reason that is not replaced": templates((sound) => {
      let reason: string | null = null;
      return {
        applyNews: (news) =>
          sound.applyNews(
            news.map((one) => {
              reason = one.reason ?? reason;
              return { ...one, reason };
            }),
          ),
      };
    }),
    "applyNews() ignores a new reason of the same status": templates((sound) => {
      let status: string | null = null;
      return {
        applyNews: (news) => {
          const others = news.filter((one) => one.status !== status);
          status = news.at(-1)?.status ?? status;
          return sound.applyNews(others);
        },
      };
    }),
    "applyNews() leaves the time of the status": templates((sound) => ({
      async applyNews(news) {
        const [before] = await sound.list("whatsapp");
        const changes = await sound.applyNews(news);
        const all = await sound.list("whatsapp");
        await sound.save(all.map((one) => ({ ...one, statusAt: before?.statusAt ?? one.statusAt })));
        return changes;
      },
    })),
  },

  "applyNews() takes the news of one call in the order of their times, and gives each template once": {
    "applyNews() takes the news of one call as they come": told((all) =>
      all.map((one) => ({ ...one, at: all[0]?.at ?? one.at })),
    ),
    "applyNews() gives each step": templates(({ applyNews }) => ({
      async applyNews(news) {
        const changes: ChannelTemplateChange[] = [];
        for (const one of news.toReversed()) changes.push(...(await applyNews([one])));
        return changes;
      },
    })),
    "applyNews() gives what changed on the way": templates((sound) => ({
      async applyNews(news) {
        const changes = await sound.applyNews(news);
        if (changes.length > 0) return changes;
        const all = await sound.list("whatsapp");
        return all.map((one) => ({ before: one, after: one }));
      },
    })),
  },

  "applyNews() by name and language notes the provider's id": {
    "applyNews() keeps no id": told((all) =>
      all.map((one) => (one.remoteName === null ? one : { ...one, remoteId: null })),
    ),
    "applyNews() finds nothing by an id that it was told": told((all) =>
      all.filter(({ remoteName }) => remoteName !== null),
    ),
  },

  "applyNews() of the same news by 20 racing callers is applied by one of them": {
    "applyNews() tells every caller": templates((sound) => {
      let known: Changes = [];
      return {
        async applyNews(news) {
          const changes = await sound.applyNews(news);
          known = changes.length > 0 ? changes : known;
          return known;
        },
      };
    }),
    "applyNews() reads before it waits for the others": templates((sound) => ({
      async applyNews(news) {
        const before = await everything(sound);
        await othersFirst();
        await sound.save(before);
        return sound.applyNews(news);
      },
    })),
    "applyNews() tells nobody": changed(() => []),
  },

  "applyNews() by 20 racing callers leaves what is newest": {
    "applyNews() takes whoever comes last": asNewest(),
    "applyNews() loses the last caller": told((all) => all.filter(({ status }) => status !== "disabled")),
  },

  "applyNews() takes thousands at once": {
    "applyNews() takes a thousand at once": told((all) => all.slice(0, 1_000)),
    "save() of templates takes a thousand at once": templates(({ save }) => ({
      save: (all) => save(all.slice(0, 1_000)),
    })),
  },
};

function templates(mutate: (sound: Templates) => Partial<Templates>): Mutation {
  return mutantOf("channelTemplates", mutate);
}

function listing(wrong: (all: ChannelTemplate[]) => ChannelTemplate[]): Mutation {
  return templates(({ list }) => ({ list: async (channel) => wrong(await list(channel)) }));
}

function listed(wrong: (template: ChannelTemplate) => Partial<ChannelTemplate>): Mutation {
  return listing((all) => all.map((one) => ({ ...one, ...wrong(one) })));
}

function saving(wrong: (template: ChannelTemplate) => Partial<ChannelTemplate>): Mutation {
  return templates(({ save }) => ({ save: (all) => save(all.map((one) => ({ ...one, ...wrong(one) }))) }));
}

function told(wrong: (news: News) => News): Mutation {
  return templates(({ applyNews }) => ({ applyNews: (news) => applyNews(wrong(news)) }));
}

function changed(wrong: (changes: Changes) => Changes): Mutation {
  return templates(({ applyNews }) => ({ applyNews: async (news) => wrong(await applyNews(news)) }));
}

/** Gives all news a time that is newer than whatever came before. */
function asNewest(): Mutation {
  return templates(({ applyNews }) => {
    let later = 0;
    return {
      applyNews(news) {
        later += 1e9;
        return applyNews(news.map((one) => ({ ...one, at: new Date(one.at.getTime() + later) })));
      },
    };
  });
}

/** Moves the time of the status also where that does not change. */
function timing(applies: (news: ChannelTemplateNews) => boolean): Mutation {
  return templates((sound) => ({
    async applyNews(news) {
      const changes = await sound.applyNews(news);
      const at = news.find(applies)?.at;
      const all = await sound.list("whatsapp");
      await sound.save(all.map((one) => ({ ...one, statusAt: at ?? one.statusAt })));
      return changes;
    },
  }));
}

async function everything({ list }: Templates): Promise<ChannelTemplate[]> {
  return [...(await list("whatsapp")), ...(await list("email"))];
}
