import type { Pause, TemplateVersion } from "@callboard/core/adapter";
import {
  blindInTransaction,
  type Mutants,
  type Mutation,
  mutantOf,
  othersFirst,
  type Sound,
} from "./mutant.js";

type Templates = Sound["templates"];
type Pauses = Sound["pauses"];

export const templateMutants: Mutants = {
  "publish() counts versions, and leaves words alone that are published": {
    "publish() writes the same words again": templates(({ publish }) => {
      let serial = 0;
      return {
        publish: (entries) =>
          publish(
            entries.map((entry) => {
              serial += 1;
              return { ...entry, contentHash: `${entry.contentHash} ${serial}` };
            }),
          ),
      };
    }),
    "publish() goes back to a version that had these words": templates(({ publish }) => {
      const versions = new Map<string, number>();
      return {
        async publish(entries) {
          const reports = await publish(entries);
          return reports.map((report, index) => {
            const key = `${report.name} ${entries[index]?.contentHash}`;
            const version = versions.get(key) ?? report.version;
            versions.set(key, version);
            return { ...report, version };
          });
        },
      };
    }),
    "publish() tells only what is new": templates(({ publish }) => ({
      publish: async (entries) => (await publish(entries)).filter(({ change }) => change !== "unchanged"),
    })),
    "publish() counts versions of all templates together": templates(({ publish }) => {
      let newest = 0;
      return {
        async publish(entries) {
          const reports = await publish(entries);
          return reports.map((report) => {
            if (report.change !== "unchanged") newest += 1;
            return { ...report, version: newest };
          });
        },
      };
    }),
    "publish() takes what has changed for new": templates(({ publish }) => ({
      publish: async (entries) =>
        (await publish(entries)).map((report) =>
          report.change === "changed" ? { ...report, change: "created" } : report,
        ),
    })),
  },

  "published() gives the newest words of each name that has any": {
    "published() gives the first version": templates(({ publish, published }) => {
      const first = new Map<string, TemplateVersion>();
      return {
        async publish(entries) {
          const reports = await publish(entries);
          for (const version of await published(entries.map(({ name }) => name)))
            if (!first.has(version.name)) first.set(version.name, version);
          return reports;
        },
        published: async (names) => names.flatMap((name) => first.get(name) ?? []),
      };
    }),
    "published() gives every version": templates(({ publish, published }) => {
      const all: TemplateVersion[] = [];
      return {
        async publish(entries) {
          const reports = await publish(entries);
          all.unshift(...(await published(entries.map(({ name }) => name))));
          return reports;
        },
        published: async (names) => all.filter(({ name }) => names.includes(name)),
      };
    }),
    "published() forgets the buttons": reading(() => ({ buttons: [] })),
    "published() forgets what only one channel understands": reading(() => ({ channels: {} })),
    "published() cuts the words": reading(({ body }) => ({ body: body.slice(0, 2) })),
  },

  "versions() gives words by name and number, whether they are published or not any more": {
    "versions() gives what is published": templates((sound) => ({
      versions: (keys, options) =>
        sound.published(
          keys.map(({ name }) => name),
          options,
        ),
    })),
    "versions() gives a version as often as it is asked for": templates(({ versions }) => ({
      versions: async (keys, options) =>
        (await Promise.all(keys.map((key) => versions([key], options)))).flat(),
    })),
    "versions() takes the next one for one that it does not know": templates(({ versions }) => ({
      versions: (keys, options) =>
        versions(
          keys.map((key) => (key.version === 0 ? { ...key, version: 2 } : key)),
          options,
        ),
    })),
    "versions() ignores the case of a name": templates(({ versions }) => ({
      versions: async (keys, options) => {
        const found = await versions(keys, options);
        return keys.some(({ name }) => name === "Order") ? [...found, ...found] : found;
      },
    })),
    "versions() sees nothing in a transaction": blindInTransaction("templates", "versions"),
    "versions() forgets the buttons": templates(({ versions }) => ({
      versions: async (...given) => (await versions(...given)).map((one) => ({ ...one, buttons: [] })),
    })),
  },

  "publish() of the same words by several processes at once writes one version": {
    "publish() looks before it writes": templates(({ publish, published }) => {
      let serial = 0;
      return {
        async publish(entries) {
          const before = await published(entries.map(({ name }) => name));
          await othersFirst();
          if (before.length > 0) return publish(entries);
          serial += 1;
          return publish(
            entries.map((entry) => ({ ...entry, contentHash: `${entry.contentHash} ${serial}` })),
          );
        },
      };
    }),
    "publish() tells every process that it created the words": templates(({ publish }) => ({
      publish: async (entries) =>
        (await publish(entries)).map((report) => ({ ...report, change: "created" })),
    })),
  },
};

export const pauseMutants: Mutants = {
  "pause() holds until its time has run out, and is listed until it is resumed": {
    "pause() holds for ever": listing((all) => all.map((pause) => ({ ...pause, holds: true }))),
    "pause() holds never": listing((all) => all.map((pause) => ({ ...pause, holds: false }))),
    "pause() ends when its time has run out": listing((all) => all.filter(({ holds }) => holds)),
    "pause() holds for a millisecond too long": pauses(({ pause }) => ({
      pause: (request) => pause({ ...request, forMs: request.forMs + 1 }),
    })),
    "pause() forgets the reason": pauses(({ pause }) => ({
      pause: (request) => pause({ ...request, reason: "" }),
    })),
    "resume() tells everybody that they ended it": pauses(({ resume }) => ({
      async resume(scope) {
        await resume(scope);
        return true;
      },
    })),
    "resume() ends nothing": pauses(() => {
      const answers = [true, false];
      return { resume: async () => answers.shift() ?? false };
    }),
  },

  "pause() of what is paused gives it a new reason and time": {
    "pause() leaves what is paused": pauses((sound) => ({
      async pause(request) {
        return (await sound.list()).length === 0 && sound.pause(request);
      },
    })),
    "pause() keeps the first reason": pauses((sound) => ({
      async pause(request) {
        const [{ reason } = request] = await sound.list();
        return sound.pause({ ...request, reason });
      },
    })),
    "pause() keeps the first time": pauses((sound, now) => ({
      async pause(request) {
        const [known] = await sound.list();
        const forMs = known ? known.until.getTime() - now().getTime() : request.forMs;
        return sound.pause({ ...request, forMs });
      },
    })),
    "pause() is new once its time has run out": pauses((sound) => ({
      async pause(request) {
        const held = (await sound.list()).some(({ holds }) => holds);
        await sound.pause(request);
        return !held;
      },
    })),
  },

  "pause() tells one of many callers that it was the first": {
    "pause() tells everybody that they were the first": pauses(({ pause }) => ({
      async pause(request) {
        await pause(request);
        return true;
      },
    })),
    "pause() looks before it pauses": pauses((sound) => ({
      async pause(request) {
        const isFirst = (await sound.list()).length === 0;
        await sound.pause(request);
        return isFirst;
      },
    })),
  },

  "pause() of a template and of its channel are two things": {
    "pause() ignores the template": pauses(({ pause }) => ({
      pause: (request) => pause({ ...request, template: null }),
    })),
    "resume() of a channel ends the pauses of its templates": pauses((sound) => ({
      async resume(scope) {
        for (const { channel, template } of await sound.list()) await sound.resume({ channel, template });
        return scope.channel === "whatsapp";
      },
    })),
  },
};

export const probeMutants: Mutants = {
  "takeProbe() of a pause that has run out makes it hold for so long again": {
    "takeProbe() only says so": pauses(() => ({ takeProbe: async () => true })),
    "takeProbe() counts from when the pause ran out": pauses((sound, now) => ({
      async takeProbe(scope, { forMs }) {
        const [{ until } = { until: now() }] = await sound.list();
        return sound.takeProbe(scope, { forMs: until.getTime() + forMs - now().getTime() });
      },
    })),
    "takeProbe() forgets the reason": pauses((sound) => ({
      async takeProbe(scope, { forMs }) {
        await sound.pause({ ...scope, reason: "", forMs });
        return true;
      },
    })),
    "takeProbe() holds for a millisecond too long": probing((forMs) => forMs + 1),
    "takeProbe() holds for a millisecond too short": probing((forMs) => forMs - 1),
    "takeProbe() ends the pause": pauses(({ resume }) => ({ takeProbe: (scope) => resume(scope) })),
  },

  "takeProbe() gives a pause that has run out to one of many callers": {
    "takeProbe() gives it to everybody": pauses(({ takeProbe }) => ({
      async takeProbe(...given) {
        await takeProbe(...given);
        return true;
      },
    })),
    "takeProbe() looks before it takes": pauses((sound) => ({
      async takeProbe(scope, { forMs }) {
        const [pause] = await sound.list();
        if (!pause || pause.holds) return false;
        await sound.pause({ ...pause, ...scope, forMs });
        return true;
      },
    })),
    "takeProbe() gives it once": pauses(({ takeProbe }) => {
      let isTaken = false;
      return {
        async takeProbe(...given) {
          const taken = !isTaken && (await takeProbe(...given));
          isTaken ||= taken;
          return taken;
        },
      };
    }),
  },

  "takeProbe() of a pause that holds, or of what is not paused, changes nothing": {
    "takeProbe() pauses what is not paused": pauses((sound) => ({
      async takeProbe(scope, { forMs }) {
        if ((await sound.list()).length > 0) return sound.takeProbe(scope, { forMs });
        await sound.pause({ ...scope, reason: "", forMs });
        return false;
      },
    })),
    "takeProbe() takes what is not paused": pauses((sound) => ({
      takeProbe: async (...given) => (await sound.list()).length === 0 || (await sound.takeProbe(...given)),
    })),
    "takeProbe() lengthens a pause that holds": pauses((sound) => ({
      async takeProbe(scope, { forMs }) {
        const [pause] = await sound.list();
        if (!pause?.holds) return sound.takeProbe(scope, { forMs });
        await sound.pause({ ...pause, forMs });
        return false;
      },
    })),
    "takeProbe() is a millisecond early": mutantOf("pauses", ({ takeProbe }, { shiftedBy }) => ({
      takeProbe: (...given) => shiftedBy(1, () => takeProbe(...given)),
    })),
  },

  "takeProbe() of a template and of its channel are two things": {
    "takeProbe() ignores the template": pauses(({ takeProbe }) => ({
      takeProbe: (scope, request) => takeProbe({ ...scope, template: null }, request),
    })),
    "takeProbe() ignores the channel": pauses(({ takeProbe }) => ({
      takeProbe: (scope, request) => takeProbe({ ...scope, channel: "whatsapp" }, request),
    })),
    "takeProbe() of a template takes the channel, too": pauses(({ takeProbe }) => ({
      async takeProbe(scope, request) {
        await takeProbe({ ...scope, template: null }, request);
        return takeProbe(scope, request);
      },
    })),
    "takeProbe() of a channel takes its templates, too": pauses(({ takeProbe }) => ({
      async takeProbe(scope, request) {
        await takeProbe({ ...scope, template: "order" }, request);
        return takeProbe(scope, request);
      },
    })),
  },
};

function templates(mutate: (sound: Templates) => Partial<Templates>): Mutation {
  return mutantOf("templates", mutate);
}

function pauses(mutate: (sound: Pauses, now: () => Date) => Partial<Pauses>): Mutation {
  return mutantOf("pauses", (sound, { now }) => mutate(sound, now));
}

function probing(wrong: (forMs: number) => number): Mutation {
  return pauses(({ takeProbe }) => ({
    takeProbe: (scope, { forMs }) => takeProbe(scope, { forMs: wrong(forMs) }),
  }));
}

function reading(wrong: (version: TemplateVersion) => Partial<TemplateVersion>): Mutation {
  return templates(({ published }) => ({
    published: async (...given) =>
      (await published(...given)).map((version) => ({ ...version, ...wrong(version) })),
  }));
}

function listing(wrong: (all: Pause[]) => Pause[]): Mutation {
  return pauses(({ list }) => ({ list: async () => wrong(await list()) }));
}
