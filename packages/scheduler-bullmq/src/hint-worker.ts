import { type Job, type JobJson, Worker } from "bullmq";

/** A worker that nothing in the queue can hold up, and that leaves a Redis alone which refuses it. */
export class HintWorker extends Worker {
  /** Waited for after an error, before the queue is asked again. */
  pauseAfterError: () => Promise<void> = async () => undefined;

  /** What cannot be read is a hint all the same. */
  protected override createJob(json: JobJson, id: string): Job {
    const job = this.#read(json, id);
    // BullMQ would look for the next slot of it, fail, and keep it.
    if (!("repeat" in job.opts)) delete job.repeatJobKey;
    return job;
  }

  #read(json: JobJson, id: string): Job {
    try {
      return super.createJob(json, id);
    } catch {
      return super.createJob({ ...json, data: "null", returnvalue: "null", stacktrace: "[]" }, id);
    }
  }

  /** BullMQ itself asks again at once, some thousand times a second, when Redis is full or may not be written to. */
  protected override async moveToActive(token: string, name?: string): Promise<Job> {
    try {
      return await super.moveToActive(token, name);
    } catch (error) {
      // Told before the pause, because it is old news after it.
      this.emit("error", error as Error);
      await this.pauseAfterError();
      // No job, which BullMQ's type leaves out.
      return undefined as never;
    }
  }
}
