// One run: its graph or step, what took how long, what was logged, why it is where it is.
import { get, follow } from "./api.js";
import { ago, attempt, badge, button, clock, duration, fact, h, head, isFinal, json, meter, panel, part, tone } from "./dom.js";
import { graph } from "./charts.js";
import { cancel, rerun } from "./runs.js";

export async function view(root, [id], signal) {
  let run = await get(`/runs/${id}`, signal);
  let steps = [];
  let picked = null;
  const shape = run.version ? await get(`/workflows/${encodeURIComponent(run.workflow)}/graph?version=${run.version}`, signal).catch(() => null) : null;

  const top = h("div");
  const progress = h("div");
  const why = h("div");
  const picture = h("div");
  const times = h("div");
  const detail = h("div");
  const result = h("div");
  const happened = h("div", { class: "log" });
  const events = h("details", { class: "panel pad" }, h("summary", null, "Events"), happened);
  root.append(top, progress, why, picture, times, detail, result, events);

  async function refresh() {
    [run, { steps }] = await Promise.all([get(`/runs/${id}`, signal), get(`/runs/${id}/steps`, signal)]);
    steps.sort((a, b) => (a.started_at ?? a.dispatched_at ?? "9").localeCompare(b.started_at ?? b.dispatched_at ?? "9") || a.step.localeCompare(b.step));
    paint();
    await Promise.all([explain(), answer(), picked || steps.length !== 1 ? showStep() : pick(steps[0].step)]);
  }

  function paint() {
    top.replaceChildren(head(run.workflow, {
      crumb: h("a", { href: "#/runs" }, "Runs"),
      facts: [badge(run.state), fact("accepted", ago(run.created_at)), fact("took", duration(run.duration_seconds)),
        run.version && fact("version", h("a", { href: `#/workflows/${encodeURIComponent(run.workflow)}` }, run.version)),
        run.schedule && fact("schedule", run.schedule), run.rerun_of && h("a", { href: `#/runs/${run.rerun_of}` }, "rerun of an earlier run"),
        h("span", { class: "mono" }, run.id)],
      actions: isFinal(run.state)
        ? [button("Rerun all", event => attempt(event.currentTarget, () => rerun(run, "all")), run.state === "succeeded" ? "main" : ""),
          run.state !== "succeeded" && button("Rerun failed", event => attempt(event.currentTarget, () => rerun(run, "failed")), "main")].filter(Boolean)
        : [button(run.cancel_requested_at ? "Cancelling…" : "Cancel", () => cancel(run), "bad")],
    }));
    showProgress(run.progress);
    if (shape) picture.replaceChildren(panel(graph(shape, steps, picked, pick)));
    times.replaceChildren(timeline());
  }

  function showProgress(now) {
    progress.replaceChildren(...(isFinal(run.state) ? [] : [h("div", { class: "panel pad" },
      h("div", { class: "facts" }, h("b", { class: "percent" }, `${Math.round(now?.percent ?? 0)} %`), now?.message), meter((now?.percent ?? 0) / 100))]));
  }

  async function explain() {
    const said = await get(`/runs/${id}/why`, signal).catch(() => null);
    const bad = ["failed", "timed_out"].includes(run.state);
    why.replaceChildren(...(said && run.state !== "succeeded" ? [h("div", { class: `note ${bad ? "bad" : "why"}` }, said.sentence,
      said.reasons.length > 1 && h("ul", null, said.reasons.slice(0, 8).map(reason => h("li", null, `${reason.step ?? "run"}: ${reason.text}`))))] : []));
  }

  async function answer() {
    if (run.state !== "succeeded") return;
    const output = await get(`/runs/${id}/result`, signal).catch(() => null);
    const model = output?.model?.name ? output.model : null;
    result.replaceChildren(part("Result", model && h("div", { class: "panel pad" }, h("div", { class: "facts" },
      fact("Model", h("a", { href: `#/models/${encodeURIComponent(model.name)}/${model.version}` }, `${model.name} version ${model.version}`)), fact("by", model.engine))),
    h("details", { class: "panel pad", open: !model }, h("summary", null, "JSON"), json(output))));
  }

  function timeline() {
    const begun = steps.filter(step => step.dispatched_at || step.started_at);
    if (begun.length === 0) return "";
    const from = new Date(run.created_at).getTime();
    const to = Math.max(from + 1, run.finished_at ? new Date(run.finished_at).getTime() : Date.now());
    const at = time => `${Math.max(0, Math.min(100, (new Date(time) - from) / (to - from) * 100))}%`;
    const width = (a, b) => `${Math.max(0, ((b ? new Date(b) : to) - new Date(a)) / (to - from) * 100)}%`;
    return part("Timeline", h("div", { class: "panel pad" }, h("div", { class: "gantt" }, begun.map(step => [
      h("button", { type: "button", onclick: () => pick(step.step) }, step.step),
      h("div", { class: "track", title: `${step.state}${step.worker ? ` on ${step.worker}` : ""}` },
        step.dispatched_at && h("i", { class: "wait", style: { left: at(step.dispatched_at), width: width(step.dispatched_at, step.started_at ?? step.finished_at) } }),
        step.started_at && h("i", { class: tone(step.state), style: { left: at(step.started_at), width: width(step.started_at, step.finished_at) } })),
      h("span", { class: "num soft" }, duration(step.duration_seconds)),
    ]))));
  }

  async function pick(name) {
    picked = steps.find(step => step.step === name) ? name : (steps.find(step => step.name === name && step.item !== undefined) ?? {}).step ?? name;
    if (shape) picture.replaceChildren(panel(graph(shape, steps, picked, pick)));
    await showStep();
  }

  async function showStep() {
    if (!picked || !steps.some(step => step.step === picked)) return void detail.replaceChildren();
    const path = `/runs/${id}/steps/${encodeURIComponent(picked)}`;
    const [step, { attempts }, { logs }] = await Promise.all([get(path, signal), get(`${path}/attempts`, signal), get(`${path}/logs`, signal)]);
    const open = [...detail.querySelectorAll("details[open] summary")].map(summary => summary.textContent);
    const more = (title, content) => h("details", { open: open.includes(title) }, h("summary", null, title), content);
    detail.replaceChildren(part(h("h2", null, steps.length === 1 ? "Step" : `Step ${step.step}`), h("div", { class: "panel pad" },
      h("div", { class: "facts" }, badge(step.state), fact("queue", step.queue), fact("attempt", `${step.attempt} of ${step.max_attempts}`), fact("worker", step.worker), fact("took", duration(step.duration_seconds))),
      step.error && h("div", { class: "note bad" }, step.error.error ?? JSON.stringify(step.error)),
      attempts.length > 1 && h("div", { class: "log" }, attempts.map(attempt => [h("span", null, `attempt ${attempt.attempt}`), h("span", null, attempt.outcome), h("span", null, attempt.error?.error ?? attempt.worker ?? "")])),
      logs.length > 0 && h("div", { class: "log", "aria-label": "Log" }, logs.map(line => [h("time", { class: "soft" }, clock(line.at)), h("span", { class: line.level }, line.level.slice(0, 4)), h("span", { class: line.level }, line.message)])),
      step.request !== undefined && more("Request", json(step.request)), step.output !== undefined && run.version && more("Output", json(step.output)))));
  }

  let waiting = null;
  void follow(`/runs/${id}/events`, signal, (type, data) => {
    if (type === "progress") return showProgress(data);
    happened.append(h("time", { class: "soft" }, clock(data.at)), h("span", null, data.type), h("span", { class: "soft" }, [data.step, data.attempt > 1 && `attempt ${data.attempt}`].filter(Boolean).join(", ")));
    waiting ??= setTimeout(() => { waiting = null; if (!signal.aborted) refresh().catch(error => { if (!signal.aborted) throw error; }); }, 200);
  });
  await refresh();
}
