// One step of a run, and how long all of them took.
import { get } from "./api.js";
import { badge, fact, h, json, part } from "./dom.js";
import { clock, duration, tone } from "./say.js";

/** Attempts, log, request and output; what was unfolded before stays so. */
export async function stepPart(run, name, isOnly, old, signal) {
  const path = `/runs/${run.id}/steps/${encodeURIComponent(name)}`;
  const [step, { attempts }, { logs }] = await Promise.all([
    get(path, signal),
    get(`${path}/attempts`, signal),
    get(`${path}/logs`, signal),
  ]);
  const open = [...old.querySelectorAll("details[open] summary")].map(summary => summary.textContent);
  const more = (title, content) => h("details", { open: open.includes(title) }, h("summary", null, title), content);
  return part(
    h("h2", null, isOnly ? "Step" : `Step ${step.step}`),
    h(
      "div",
      { class: "panel pad" },
      h(
        "div",
        { class: "facts" },
        badge(step.state),
        fact("queue", step.queue),
        fact("attempt", `${step.attempt} of ${step.max_attempts}`),
        fact("worker", step.worker),
        fact("took", duration(step.duration_seconds)),
      ),
      step.error && h("div", { class: "note bad" }, step.error.error ?? JSON.stringify(step.error)),
      attempts.length > 1 &&
        h(
          "div",
          { class: "log" },
          attempts.map(attempt => [
            h("span", null, `attempt ${attempt.attempt}`),
            h("span", null, attempt.outcome),
            h("span", null, attempt.error?.error ?? attempt.worker ?? ""),
          ]),
        ),
      logs.length > 0 &&
        h(
          "div",
          { class: "log", "aria-label": "Log" },
          logs.map(line => [
            h("time", { class: "soft" }, clock(line.at)),
            h("span", { class: line.level }, line.level.slice(0, 4)),
            h("span", { class: line.level }, line.message),
          ]),
        ),
      step.request !== undefined && more("Request", json(step.request)),
      step.output !== undefined && run.version && more("Output", json(step.output)),
    ),
  );
}

export function timeline(run, steps, pick) {
  const begun = steps.filter(step => step.dispatched_at || step.started_at);
  if (begun.length === 0) return "";
  const from = new Date(run.created_at).getTime();
  const to = Math.max(from + 1, run.finished_at ? new Date(run.finished_at).getTime() : Date.now());
  const at = time => `${Math.max(0, Math.min(100, ((new Date(time) - from) / (to - from)) * 100))}%`;
  const width = (a, b) => `${Math.max(0, (((b ? new Date(b) : to) - new Date(a)) / (to - from)) * 100)}%`;
  return part(
    "Timeline",
    h(
      "div",
      { class: "panel pad" },
      h(
        "div",
        { class: "gantt" },
        begun.map(step => [
          h("button", { type: "button", onclick: () => pick(step.step) }, step.step),
          h(
            "div",
            { class: "track", title: `${step.state}${step.worker ? ` on ${step.worker}` : ""}` },
            step.dispatched_at &&
              h("i", {
                class: "wait",
                style: { left: at(step.dispatched_at), width: width(step.dispatched_at, step.started_at ?? step.finished_at) },
              }),
            step.started_at &&
              h("i", {
                class: tone(step.state),
                style: { left: at(step.started_at), width: width(step.started_at, step.finished_at) },
              }),
          ),
          h("span", { class: "num soft" }, duration(step.duration_seconds)),
        ]),
      ),
    ),
  );
}
