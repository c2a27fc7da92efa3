/** The world behind the page: its state, and the steps that change it. */

/** Why a step did not happen, in a sentence for people. */
export class Refusal extends Error {}

export class World {
  /** The last state that was read (GET /api/state), or null before the first. */
  state = null;
  /** The step that is being performed, or null. */
  pending = null;
  /** Whether changes arrive as they happen. */
  live = false;
  /** The version of another world, after a restart, may be the one that is known. */
  #stale = true;
  /** By how much the world's time is ahead of the browser's, in milliseconds. */
  #ahead = 0;
  /** Settled when the steps so far are done: the next one waits its turn. */
  #done = Promise.resolve();
  #watchers = [];

  /** Call `watcher(world)` after every change. */
  watch(watcher) {
    this.#watchers.push(watcher);
  }

  /** The world's time, in milliseconds as Date has them: it goes on between two states. */
  get now() {
    return Date.now() + this.#ahead;
  }

  /** Keep up with the world, through interruptions and restarts of it. */
  follow() {
    const events = new EventSource("/api/events");
    events.onopen = () => this.#set({ live: true });
    events.onerror = () => {
      this.#stale = true;
      this.#set({ live: false });
    };
    events.onmessage = ({ data }) => {
      const known = !this.#stale && Number(data) === this.state.version;
      // A step that is under way brings its own state.
      if (!known && this.pending === null) this.#read();
    };
    // A link of a mail leads to a tab of its own, and what is done there is no step.
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.pending === null) this.#read();
    });
  }

  /**
   * Perform one step of the script language, such as "wait: 11 minutes".
   * @throws {Refusal} the world does not take the step, or does not answer.
   */
  perform(step) {
    const performed = this.#done.then(() => this.#perform(step));
    this.#done = performed.catch(() => {});
    return performed;
  }

  async #perform(step) {
    this.#set({ pending: step });
    try {
      const state = await ask("/api/step", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ step }),
      });
      this.#stale = false;
      this.#set({ state, pending: null });
    } catch (error) {
      this.#set({ pending: null });
      this.#read();
      throw error;
    }
  }

  async #read() {
    try {
      const state = await ask("/api/state");
      // A step that began later may have answered sooner.
      if (!this.#stale && state.version < this.state.version) return;
      this.#stale = false;
      this.#set({ state });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#set({ live: false });
    }
  }

  #set(facts) {
    Object.assign(this, facts);
    if (facts.state) this.#ahead = Date.parse(facts.state.clock.now) - Date.now();
    for (const watcher of this.#watchers) watcher(this);
  }
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refusal("The world does not answer. Is “make run” still running?");
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(body.error ?? `The world answered ${answer.status}.`);
  return body;
}
