// The line to the sandbox: one long poll of the whole state, and orders sent by POST.

const WAIT = 25;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15000;

/** Sends an order; throws an Error with a sentence for people when the sandbox refuses it. */
export async function post(path, body = {}) {
  let response;
  try {
    response = await fetch(`/sandbox/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The sandbox does not answer.");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? answer.description ?? `The sandbox refused this (${response.status}).`);
  return answer;
}

/** Calls `onState` with every new state for as long as the page lives, and tells `onLink` how the line is. */
export async function follow({ onState, onLink }) {
  let version = 0;
  let pause = FIRST_PAUSE;
  for (;;) {
    try {
      const response = await fetch(`/sandbox/state?after=${version}&wait=${version ? WAIT : 0}`, {
        cache: "no-store",
        signal: AbortSignal.timeout((WAIT + 15) * 1000),
      });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const state = await response.json();
      onLink({ connected: true });
      pause = FIRST_PAUSE;
      if (state.version !== version) {
        version = state.version;
        onState(state);
      }
    } catch (error) {
      console.warn("The sandbox is out of reach:", error);
      onLink({ connected: false, seconds: Math.ceil(pause / 1000) });
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
      version = 0; // A restarted sandbox counts from the beginning.
    }
  }
}
