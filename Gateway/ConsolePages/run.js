// One run: its graph or step, what took how long, what was logged, why it is where it is.
import { follow, get } from "./api.js";
import { cancel, rerun } from "./control.js";
import { attempt } from "./dialog.js";
import { badge, button, fact, h, head, json, meter, panel, part, put } from "./dom.js";
import { graph } from "./graph.js";
import { ago, clock, duration, isFinal, tidy } from "./say.js";
import { stepPart, timeline } from "./step.js";

export async function view(root, [id], signal) {
  let run = await get(`/runs/${id}`, signal);
  let steps = [];
  let picked = null;
  const shape = run.version
    ? await get(`/workflows/${encodeURIComponent(run.workflow)}/graph?version=${run.version}`, signal).catch(() => null)
    : null;

  const top = h("div");
  const progress = h("div");
  const why = h("div");
  const picture = h("div");
  const times = h("div");
  const detail = h("div");
  const result = h("div");
  const happened = h("div", { class: "log" });
  const events = h("details", { class: "panel pad" }, h("summary", null, "Events"), happened);
  put(root, top, progress, why, picture, times, detail, result, events);

  async function refresh() {
    [run, { steps }] = await Promise.all([get(`/runs/${id}`, signal), get(`/runs/${id}/steps`, signal)]);
    steps.sort(
      (a, b) =>
        (a.started_at ?? a.dispatched_at ?? "9").localeCompare(b.started_at ?? b.dispatched_at ?? "9") ||
        a.step.localeCompare(b.step),
    );
    paint();
    await Promise.all([explain(), answer(), picked || steps.length !== 1 ? showStep() : pick(steps[0].step)]);
  }

  function paint() {
    top.replaceChildren(
      head(run.workflow, {
        crumb: h("a", { href: "#/runs" }, "Runs"),
        facts: [
          badge(run.state),
          fact("accepted", ago(run.created_at)),
          fact("took", duration(run.duration_seconds)),
          run.version && fact("version", h("a", { href: `#/workflows/${encodeURIComponent(run.workflow)}` }, run.version)),
          run.schedule && fact("schedule", run.schedule),
          run.rerun_of && h("a", { href: `#/runs/${run.rerun_of}` }, "rerun of an earlier run"),
          h("span", { class: "mono" }, run.id),
        ],
        actions: isFinal(run.state)
          ? [
              button(
                "Rerun all",
                event => attempt(event.currentTarget, () => rerun(run, "all")),
                run.state === "succeeded" ? "main" : "",
              ),
              run.state !== "succeeded" &&
                button("Rerun failed", event => attempt(event.currentTarget, () => rerun(run, "failed")), "main"),
            ].filter(Boolean)
          : [button(run.cancel_requested_at ? "Cancelling…" : "Cancel", () => cancel(run), "bad")],
      }),
    );
    showProgress(run.progress);
    if (shape) picture.replaceChildren(panel(graph(shape, steps, picked, pick)));
    times.replaceChildren(timeline(run, steps, pick));
  }

  function showProgress(now) {
    progress.replaceChildren(
      ...(isFinal(run.state)
        ? []
        : [
            h(
              "div",
              { class: "panel pad" },
              h(
                "div",
                { class: "facts" },
                h("b", { class: "percent" }, `${Math.round(now?.percent ?? 0)} %`),
                tidy(now?.message),
              ),
              meter((now?.percent ?? 0) / 100),
            ),
          ]),
    );
  }

  async function explain() {
    const said = await get(`/runs/${id}/why`, signal).catch(() => null);
    const bad = ["failed", "timed_out"].includes(run.state);
    const reasons = said?.reasons.filter(reason => reason.step) ?? [];

    // What runs as it should is told by its progress.
    const isTold =
      !said || run.state === "succeeded" || (reasons.length > 0 && reasons.every(reason => reason.code === "running"));
    why.replaceChildren(
      ...(isTold
        ? []
        : [
            h(
              "div",
              { class: `note ${bad ? "bad" : "why"}` },
              said.sentence,
              reasons.length > 1 &&
                h(
                  "ul",
                  null,
                  reasons.slice(0, 8).map(reason => h("li", null, `${reason.step}: ${reason.text}`)),
                ),
            ),
          ]),
    );
  }

  async function answer() {
    if (run.state !== "succeeded") return;
    const output = await get(`/runs/${id}/result`, signal).catch(() => null);
    const model = output?.model?.name ? output.model : null;
    result.replaceChildren(
      part(
        "Result",
        model &&
          h(
            "div",
            { class: "panel pad" },
            h(
              "div",
              { class: "facts" },
              fact(
                "Model",
                h(
                  "a",
                  { href: `#/models/${encodeURIComponent(model.name)}/${model.version}` },
                  `${model.name} version ${model.version}`,
                ),
              ),
              fact("by", model.engine),
            ),
          ),
        h("details", { class: "panel pad", open: !model }, h("summary", null, "JSON"), json(output)),
      ),
    );
  }

  async function pick(name) {
    picked = steps.find(step => step.step === name)
      ? name
      : ((steps.find(step => step.name === name && step.item !== undefined) ?? {}).step ?? name);
    if (shape) picture.replaceChildren(panel(graph(shape, steps, picked, pick)));
    await showStep();
  }

  async function showStep() {
    const isThere = steps.some(step => step.step === picked);
    detail.replaceChildren(isThere ? await stepPart(run, picked, steps.length === 1, detail, signal) : "");
  }

  let waiting = null;
  void follow(`/runs/${id}/events`, signal, (type, data) => {
    if (type === "progress") {
      showProgress(data);
      if (!times.contains(document.activeElement)) times.replaceChildren(timeline(run, steps, pick));
      return;
    }
    happened.append(
      h("time", { class: "soft" }, clock(data.at)),
      h("span", null, data.type),
      h("span", { class: "soft" }, [data.step, data.attempt > 1 && `attempt ${data.attempt}`].filter(Boolean).join(", ")),
    );
    waiting ??= setTimeout(() => {
      waiting = null;
      if (!signal.aborted)
        refresh().catch(error => {
          if (!signal.aborted) throw error;
        });
    }, 200);
  });
  await refresh();
}
