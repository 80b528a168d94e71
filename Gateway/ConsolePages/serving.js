// What serving holds, what it did, and whether inputs still look like those of the training.
import { call, get } from "./api.js";
import { compared, figure, legend } from "./charts.js";
import { badge, empty, fact, h, head, part, put, table, tag } from "./dom.js";
import { ago, bytes, duration, number, percent } from "./say.js";

export async function view(root, [name], signal) {
  if (name) return drift(root, name, signal);
  const [served, statistics, { models }] = await Promise.all([
    call("served_models").catch(error => ({ models: [], problem: error.message })),
    get("/v2/models/stats", signal).catch(() => ({ model_stats: [] })),
    get("/models", signal),
  ]);
  const done = new Map(statistics.model_stats.map(known => [`${known.name}/${known.version}`, known]));
  const mean = ({ count, ns }) => (count > 0 ? duration(ns / count / 1e9) : "–");
  const of = row => done.get(`${row.name}/${row.version}`);
  const total = statistics.model_stats.reduce((sum, known) => sum + known.inference_count, 0);
  const batches = statistics.model_stats.reduce((sum, known) => sum + known.execution_count, 0);
  put(
    root,
    head("Serving", { facts: h("span", null, "Models in memory, what they answered, and drift of what they are asked.") }),
    served.problem && h("p", { class: "note bad" }, served.problem),
    h(
      "div",
      { class: "tiles" },
      [
        ["Rows predicted", number(total)],
        ["Rows per batch", batches > 0 ? number(total / batches) : "–"],
        ["Models ready", number(served.models.filter(row => row.state === "READY").length)],
        ["Memory used", served.budget_bytes ? `${percent(served.used_bytes / served.budget_bytes)}` : "–"],
      ].map(([title, value]) => h("div", { class: "panel tile" }, h("span", null, title), h("b", null, value))),
    ),
    part(
      "Models",
      served.models.length === 0
        ? empty(
            "Nothing is served yet",
            "A model is loaded as soon as it is registered. Train one, then ask it:",
            "curl -s HOST/api/v1/skipper/predict/housing \\\n  -H 'Content-Type: application/json' -d '{\"rows\":[{\"rm\":6.5}]}'",
          )
        : table(
            "Served models",
            [
              [
                "Model",
                row => [
                  h("a", { href: `#/models/${encodeURIComponent(row.name)}/${row.version}` }, row.name),
                  h("span", { class: "soft" }, ` v${row.version}`),
                ],
              ],
              ["State", row => [badge(row.state), row.reason && h("div", { class: "soft small" }, row.reason)]],
              ["Aliases", row => row.aliases.map(tag), "hide"],
              ["Rows", row => number(of(row)?.inference_count ?? 0), "num"],
              ["Engine time", row => (of(row) ? mean(of(row).inference_stats.compute_infer) : "–"), "num hide"],
              ["Queue time", row => (of(row) ? mean(of(row).inference_stats.queue) : "–"), "num hide"],
              ["Failed", row => number(of(row)?.inference_stats.fail.count ?? 0), "num hide"],
              ["Memory", row => bytes(row.bytes), "num"],
            ],
            served.models.toSorted((a, b) => a.name.localeCompare(b.name) || b.version - a.version),
          ),
    ),
    part(
      "Drift",
      models.length === 0
        ? empty("No models yet", "Drift is measured for each model from the predictions it is asked for.")
        : table(
            "Drift",
            [
              ["Model", row => h("a", { href: `#/serving/${encodeURIComponent(row.name)}` }, row.name)],
              ["Inputs", row => row.features.length, "num"],
              ["Newest version", row => row.version, "num"],
            ],
            models,
          ),
    ),
  );
}

async function drift(root, name, signal) {
  const report = await get(`/models/${encodeURIComponent(name)}/drift`, signal);
  const share = (bins, key) => {
    const sum = bins.reduce((total, bin) => total + bin[key], 0) || 1;
    return bins.map(bin => bin[key] / sum);
  };
  const alarms = report.features.filter(feature => feature.drift.verdict.startsWith("drift"));
  put(
    root,
    head(`Drift of ${name}`, {
      crumb: h("a", { href: "#/serving" }, "Serving"),
      facts: [
        badge(verdict(report)),
        fact("version", report.version),
        fact("rows seen", number(report.row_count)),
        fact("compared with", `${number(report.reference_row_count)} training rows`),
        fact("since", ago(report.from)),
      ],
    }),
    report.row_count < report.fewest_rows
      ? h(
          "p",
          { class: "note why" },
          `${number(report.row_count)} of ${number(report.fewest_rows)} rows seen: too few to tell drift from luck.`,
        )
      : alarms.length > 0 &&
          h("p", { class: "note bad" }, `These inputs have moved: ${alarms.map(feature => feature.drift.column).join(", ")}.`),
    legend(["training", "block pale"], ["now", "block"]),
    part(
      "Inputs",
      h(
        "div",
        { class: "cards" },
        report.features.map(({ drift: found, bins }) =>
          figure(
            [found.column, " ", badge(verdict(found))],
            compared(`Shares of ${found.column}, training and now`, share(bins, "reference"), share(bins, "count")),
            h("p", { class: "soft small" }, `${found.method} ${number(found.value)}, alarm above ${number(found.threshold)}`),
          ),
        ),
      ),
    ),
  );
}

const verdict = ({ verdict: found }) => (found === "none" ? "stable" : found);
