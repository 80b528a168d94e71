// Models: versions, aliases, how good they are, and a form to ask them.
import { get } from "./api.js";
import { empty, h, head, put, table, tag } from "./dom.js";
import { ago, number } from "./say.js";

export const scoreOf = (model, part = "test") => {
  const [target, metrics] = Object.entries(model.metrics?.[part] ?? {})[0] ?? [];
  const name = metrics && ["r2", "accuracy", "auc", "rmse"].find(known => known in metrics);
  return name ? [`${name} of ${target}`, metrics[name]] : null;
};

export async function view(root, _, signal) {
  const { models, aliases } = await get("/models", signal);
  put(
    root,
    head("Models", { facts: h("span", null, "Every version keeps its data, parameters, metrics and file.") }),
    models.length === 0
      ? empty(
          "No models yet",
          "Train one on the Runs page, or from a shell; it is served as soon as it is registered:",
          'curl -s HOST/api/v1/skipper/tasks/execute_async \\\n  -H \'Content-Type: application/json\' \\\n  -d \'{"task_type":"training","payload":"0.2"}\'',
        )
      : table(
          "Models",
          [
            [
              "Model",
              row => [
                h("a", { href: `#/models/${encodeURIComponent(row.name)}` }, row.name),
                h("div", { class: "soft small" }, `${row.task} of ${row.targets.join(", ")}`),
              ],
            ],
            ["Newest", row => row.version, "num"],
            [
              "Aliases",
              row => aliases.filter(alias => alias.name === row.name).map(alias => tag(`${alias.alias} → ${alias.version}`)),
            ],
            ["Engine", row => row.engine, "hide"],
            [
              "Test score",
              row => {
                const score = scoreOf(row);
                return score && [h("b", null, number(score[1])), h("div", { class: "soft small" }, score[0])];
              },
              "num",
            ],
            ["Made", row => ago(row.created_at), "num soft hide"],
          ],
          models,
        ),
  );
}
