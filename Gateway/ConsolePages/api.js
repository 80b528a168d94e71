// Talks to the API. Where it wants a key, the person is asked once; the key stays in this tab, and goes in a header that no other
// site can make a browser send.
import { ask } from "./dialog.js";

const base = "/api/v1/skipper";
const slot = "skipper-key";
let asking = null;

export class ApiError extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `The gateway answered ${status}.`);
    this.status = status;
    this.code = problem.code;
  }
}

export const hasKey = () => sessionStorage.getItem(slot) !== null;
export const forgetKey = () => sessionStorage.removeItem(slot);

async function askForKey() {
  asking ??= ask({
    title: "This gateway wants a key",
    text: "It stays in this tab. Whoever runs the gateway makes one with: Gateway keys create NAME --scope run",
    fields: [{ name: "key", label: "API key", type: "password", required: true }],
    action: "Use it",
  }).finally(() => {
    asking = null;
  });
  const answer = await asking;
  if (answer) sessionStorage.setItem(slot, answer.key.trim());
  return answer !== null;
}

async function send(path, options = {}) {
  const url = path.startsWith("/v2") || path.startsWith("/readyz") ? path : base + path;
  for (let tries = 0; ; tries++) {
    const key = sessionStorage.getItem(slot);
    const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
    const answer = await fetch(url, { ...options, headers });
    if (answer.status === 401 && tries < 3) {
      if (key && key !== sessionStorage.getItem(slot)) continue;
      forgetKey();
      if (await askForKey()) continue;
    }
    return answer;
  }
}

async function read(answer) {
  const text = await answer.text();
  let body = text;
  if (/json/.test(answer.headers.get("content-type") ?? "")) body = text === "" ? null : JSON.parse(text);
  if (!answer.ok) throw new ApiError(answer.status, body !== null && typeof body === "object" ? body : {});
  return body;
}

export const get = async (path, signal) => read(await send(path, { signal }));
export const text = async (path, accept) => (await send(path, { headers: { Accept: accept } })).text();

export const post = async (path, body, method = "POST") =>
  read(
    await send(path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    }),
  );

/** A synchronous call of a task type; its result. */
export async function call(task_type, data = {}) {
  const answer = await post("/tasks/execute_sync", { task_type, data });
  if (answer.task_status !== "Success") throw new ApiError(404, { detail: answer.task_status });
  return answer.result;
}

/** A page that the API makes; with a key it is fetched, because a link cannot carry one. */
export async function openPage(path) {
  if (!hasKey()) return void window.open(base + path, "_blank", "noopener");
  const page = await (await send(path)).blob();
  window.open(URL.createObjectURL(page), "_blank");
}

/** Server-Sent Events by fetch, because EventSource cannot send a key. Comes back by itself until the signal ends it. */
export async function follow(path, signal, onEvent, onState = () => {}) {
  let last = null;
  for (let pause = 500; !signal.aborted; pause = Math.min(pause * 2, 8000)) {
    try {
      const answer = await send(path, {
        signal,
        headers: { Accept: "text/event-stream", ...(last ? { "Last-Event-ID": last } : {}) },
      });
      if (answer.status === 204) return;
      if (!answer.ok) await read(answer);
      onState(true);
      pause = 500;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const blocks = (rest + part.value).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) {
          const fields = Object.fromEntries(
            block
              .split("\n")
              .filter(line => !line.startsWith(":"))
              .map(line => {
                const colon = line.indexOf(":");
                return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
              }),
          );
          if (fields.id) last = fields.id;
          if (fields.data) onEvent(fields.event, JSON.parse(fields.data));
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status !== 503) throw error;
      onState(false);
    }
    await new Promise(done => setTimeout(done, pause));
  }
}
