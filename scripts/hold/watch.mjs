// Requests repeated during a scenario, and waiting.

/** Repeats requests until it is stopped, and counts the answers. */
export class Watch {
  #answered = 0;
  #asked = 0;
  #slowest = 0;
  #problem;
  #running = true;
  #done;

  /** `requests` by name; each resolves to the status, which has to be 200. */
  constructor(requests, { every = 250 } = {}) {
    this.#done = (async () => {
      while (this.#running) {
        await Promise.all(Object.entries(requests).map(([name, ask]) => this.#ask(name, ask)));
        await sleep(every);
      }
    })();
  }

  async #ask(name, ask) {
    const began = performance.now();
    this.#asked += 1;
    try {
      const status = await ask();
      if (status === 200) this.#answered += 1;
      else this.#problem ??= `${name} answered ${status}`;
    } catch (error) {
      this.#problem ??= `${name}: ${error.message}`;
    }
    this.#slowest = Math.max(this.#slowest, performance.now() - began);
  }

  async stop() {
    this.#running = false;
    await this.#done;
    const text = `${this.#answered} of ${this.#asked} requests answered, the slowest in ${(this.#slowest / 1000).toFixed(2)} s`;
    return { passed: this.#asked > 0 && this.#answered === this.#asked, text: text + (this.#problem ? ` (${this.#problem})` : '') };
  }
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export function fail(message) {
  throw new Error(message);
}
