// Models: versions, aliases, how good they are, and a form to ask them.
import { get, post, openPage } from "./api.js";
import { ago, ask, attempt, button, empty, fact, h, head, number, panel, part, percent, table, tag, toast } from "./dom.js";
import { curve, figure, hbars, histogram, legend, lines, scatter } from "./charts.js";

export const view = (root, [name, version], signal) => name ? one(root, name, version, signal) : all(root, signal);

const scoreOf = (model, part = "test") => {
  const [target, metrics] = Object.entries(model.metrics?.[part] ?? {})[0] ?? [];
  const name = metrics && ["r2", "accuracy", "auc", "rmse"].find(known => known in metrics);
  return name ? [`${name} of ${target}`, metrics[name]] : null;
};

async function all(root, signal) {
  const { models, aliases } = await get("/models", signal);
  root.append(head("Models", { facts: h("span", null, "Every version keeps its data, parameters, metrics and file.") }),
    models.length === 0
      ? empty("No models yet", "Train one on the Runs page, or from a shell; it is served as soon as it is registered:",
        "curl -s HOST/api/v1/skipper/tasks/execute_async \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"task_type\":\"training\",\"payload\":\"0.2\"}'")
      : table("Models", [["Model", row => [h("a", { href: `#/models/${encodeURIComponent(row.name)}` }, row.name), h("div", { class: "soft small" }, `${row.task} of ${row.targets.join(", ")}`)]],
        ["Newest", row => row.version, "num"], ["Aliases", row => aliases.filter(alias => alias.name === row.name).map(alias => tag(`${alias.alias} → ${alias.version}`))],
        ["Engine", row => row.engine, "hide"], ["Test score", row => { const score = scoreOf(row); return score && [h("b", null, number(score[1])), h("div", { class: "soft small" }, score[0])]; }, "num"],
        ["Made", row => ago(row.created_at), "num soft hide"]], models));
}

async function one(root, name, wanted, signal) {
  const path = `/models/${encodeURIComponent(name)}`;
  const [{ model, aliases, limits }, { versions }] = await Promise.all([get(`${path}/card${wanted ? `?version=${wanted}` : ""}`, signal), get(`${path}/versions`, signal)]);
  const here = aliases.filter(alias => alias.version === model.version);
  const plots = h("div", { class: "cards" }, evidence(model));
  root.append(
    head(name, { crumb: [h("a", { href: "#/models" }, "Models"), " / ", `version ${model.version}`],
      facts: [here.map(alias => tag(alias.alias)), fact("version", model.version), fact("task", model.task), fact("engine", `${model.engine} ${model.engine_version ?? ""}`),
        model.dataset && fact("learned from", h("a", { href: `#/datasets/${model.dataset}/${model.dataset_version}` }, `${model.dataset} version ${model.dataset_version}`)), fact("made", ago(model.created_at))],
      actions: [button("Card", () => openPage(`${path}/card/page?version=${model.version}`)), !here.some(alias => alias.alias === "champion") && button("Promote to champion", () => promote(model.version))].filter(Boolean) }),
    part("Metrics", h("div", { class: "cards" }, Object.entries(model.scores?.test ?? {}).flatMap(([target, scores]) =>
      ["r2", "rmse", "mae", "accuracy", "auc", "f1", "log_loss"].filter(metric => scores[metric]).slice(0, 3).map(metric => h("div", { class: "panel tile" },
        h("span", null, `${metric} of ${target}`), h("b", null, number(scores[metric].value)),
        h("span", null, scores[metric].low === undefined ? "in the test part" : `95 %: ${number(scores[metric].low)} to ${number(scores[metric].high)}`)))))),
    part("Predict", predictor(name, model)),
    part("Plots", plots),
    limits?.length > 0 && part("Mind", h("div", { class: "panel pad" }, h("ul", null, limits.map(limit => h("li", null, limit))))),
    part("Versions", table("Versions", [["Version", row => h("a", { href: `#/models/${encodeURIComponent(name)}/${row.version}` }, `Version ${row.version}`)],
      ["Aliases", row => aliases.filter(alias => alias.version === row.version).map(alias => tag(alias.alias))], ["Engine", row => row.engine, "hide"],
      ["Test score", row => { const score = scoreOf(row); return score && [number(score[1]), h("span", { class: "soft small" }, ` ${score[0]}`)]; }, "num"], ["Made", row => ago(row.created_at), "num soft"],
      ["", row => aliases.some(alias => alias.alias === "champion" && alias.version === row.version) ? button("Roll back", () => rollBack(), "slim") : button("Promote", () => promote(row.version), "slim"), "num hide"]], versions)),
    h("details", { class: "panel pad" }, h("summary", null, "Parameters"), h("dl", { class: "kv" }, Object.entries(model.parameters ?? {}).flatMap(([key, value]) => [h("dt", null, key), h("dd", null, String(value))]))));

  training().then(figures => plots.prepend(...figures)).catch(() => {});

  /** How the training went, where this mesh trained it. */
  async function training() {
    if (model.lineage?.source !== "trained") return [];
    const { experiments } = await get("/experiments", signal);
    for (const experiment of experiments) {
      const { runs } = await get(`/experiments/${encodeURIComponent(experiment.name)}/runs`, signal);
      const found = runs.find(run => run.run_id === model.lineage.run_id && run.model === name && run.model_version === model.version);
      if (!found) continue;
      const { series } = await get(`/experiments/runs/${found.id}`, signal);
      return [...Map.groupBy(series, line => `${line.name} of ${line.target}`)].slice(0, 2).map(([title, known]) => {
        const ordered = known.toSorted((a, b) => (a.part === "train") - (b.part === "train"));
        return figure(`${title} by round`, lines(`${title} by round`, ordered.map(line => line.values)), legend(...ordered.map((line, i) => [line.part, i > 0 ? "second" : ""])));
      });
    }
    return [];
  }

  async function promote(version) {
    const done = await ask({ title: `Promote version ${version}?`, text: "Predictions for the champion come from it at once. With the gate only if its error is smaller on the same test rows.", action: "Promote",
      fields: [{ name: "gate", label: "Gate", options: [{ value: "", label: "none: point the alias at it" }, { value: "gate", label: "only if it is better" }] }, { name: "reason", label: "Reason (optional)" }],
      submit: ({ gate, reason }) => post(`${path}/aliases/champion`, { version, reason: reason || "Promoted in the console.", actor: "console", ...(gate ? { gate: { metric: model.task === "regression" ? "rmse" : "log_loss" } } : {}) }, "PUT") });
    if (!done) return;
    toast(done.gate && !done.gate.passed ? `Not promoted: ${done.gate.reason}` : `champion is version ${done.version} now.`, done.gate && !done.gate.passed ? "bad" : "");
    again();
  }

  async function rollBack() {
    const done = await ask({ title: "Roll back the champion?", text: "The alias goes back to where it pointed before its last promotion.", action: "Roll back", fields: [{ name: "reason", label: "Reason (optional)" }],
      submit: ({ reason }) => post(`${path}/aliases/champion/rollback`, { actor: "console", reason: reason || "Rolled back in the console." }) });
    if (done) { toast(`champion is version ${done.version} now.`); again(); }
  }

  async function again() {
    root.replaceChildren();
    await one(root, name, wanted, signal);
  }
}

function evidence({ evidence: known }) {
  if (!known) return h("p", { class: "soft" }, "It was imported, so nothing is known about its training.");
  return [
    known.importance?.length > 0 && figure("What matters", hbars(known.importance.slice(0, 10).map(input => [input.name, input.share]), percent)),
    (known.residuals ?? []).map(({ target, predicted, actual }) => [
      figure(`${target}: predicted over actual`, scatter(`${target}, predicted over actual`, actual, predicted), legend(["the same", "second"])),
      figure(`${target}: errors`, histogram(`Errors of ${target}`, binned(predicted.map((value, i) => value - actual[i]))), h("p", { class: "soft small" }, "predicted minus actual, test part"))]),
    (known.calibration ?? []).slice(0, 4).map(line => figure(`Calibration of ${line.class}`, curve(`Calibration of ${line.class}`, line.bins.map(bin => [bin.predicted, bin.observed])))),
  ];
}

function binned(values, count = 24) {
  const low = Math.min(...values), size = (Math.max(...values) - low) / count || 1;
  const bins = Array.from({ length: count }, (_, i) => ({ from: low + i * size, to: low + (i + 1) * size, count: 0 }));
  for (const value of values) bins[Math.min(count - 1, Math.floor((value - low) / size))].count++;
  return bins;
}

function predictor(name, model) {
  const inputs = model.signature?.inputs ?? model.features.map(feature => ({ ...feature, required: true }));
  const means = new Map(model.features.map(feature => [feature.name, feature.mean]));
  const isNumber = input => ["number", "integer"].includes(input.type);
  const start = input => means.get(input.name) === undefined ? "" : input.type === "integer" ? Math.round(means.get(input.name)) : Number(means.get(input.name).toPrecision(3));
  const answer = h("div", { class: "cards", "aria-live": "polite" });
  const send = h("button", { class: "act main" }, "Predict");
  const form = h("form", { class: "panel pad" },
    h("div", { class: "grid" }, inputs.map(input => h("label", { class: "field" }, input.name,
      h("input", { name: input.name, type: isNumber(input) ? "number" : "text", step: "any", value: start(input), title: input.minimum === undefined ? null : `seen: ${number(input.minimum)} to ${number(input.maximum)}` })))),
    h("div", { class: "actions" }, send, h("span", { class: "soft small" }, "The fields begin with the means of the training rows.")));
  form.addEventListener("submit", event => {
    event.preventDefault();
    attempt(send, async () => {
      const row = Object.fromEntries(inputs.flatMap(input => {
        const text = form.elements[input.name].value;
        return text === "" ? [] : [[input.name, isNumber(input) ? Number(text) : text]];
      }));
      const at = `${encodeURIComponent(name)}@${model.version}`;
      const [{ predictions }, why] = await Promise.all([post(`/predict/${at}`, { rows: [row] }),
        post(`/models/${encodeURIComponent(name)}/explain`, { rows: [row], version: model.version }).catch(() => null)]);
      answer.replaceChildren(...Object.entries(predictions[0]).filter(([, value]) => typeof value !== "object").map(([output, value]) => {
        const explained = why?.version === model.version ? why.explanations?.[0]?.[output]?.contributions : null;
        return h("div", { class: "panel pad" }, h("div", { class: "tile", style: { padding: 0 } }, h("span", null, output), h("b", { class: "prediction" }, typeof value === "number" ? number(value) : String(value))),
          explained && hbars(Object.entries(explained).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a)).slice(0, 6)), explained && h("p", { class: "soft small" }, "What moved it away from the mean prediction."));
      }));
    });
  });
  return h("div", { class: "part" }, form, answer);
}
