// One model: its versions, how good they are, and a form to ask them.
import { get, openPage, post } from "./api.js";
import { ask, toast } from "./dialog.js";
import { button, fact, h, head, part, put, table, tag } from "./dom.js";
import { evidence, training } from "./plots.js";
import { predictor } from "./predict.js";
import { ago, number } from "./say.js";
import { scoreOf } from "./models.js";

export async function view(root, [name, wanted], signal) {
  const path = `/models/${encodeURIComponent(name)}`;
  const [{ model, aliases, limits }, { versions }] = await Promise.all([
    get(`${path}/card${wanted ? `?version=${wanted}` : ""}`, signal),
    get(`${path}/versions`, signal),
  ]);
  const here = aliases.filter(alias => alias.version === model.version);
  const plots = h("div", { class: "cards" }, evidence(model));
  put(
    root,
    head(name, {
      crumb: [h("a", { href: "#/models" }, "Models"), " / ", `version ${model.version}`],
      facts: [
        here.map(alias => tag(alias.alias)),
        fact("version", model.version),
        fact("task", model.task),
        fact("engine", `${model.engine} ${model.engine_version ?? ""}`),
        model.dataset &&
          fact(
            "learned from",
            h(
              "a",
              { href: `#/datasets/${model.dataset}/${model.dataset_version}` },
              `${model.dataset} version ${model.dataset_version}`,
            ),
          ),
        fact("made", ago(model.created_at)),
      ],
      actions: [
        button("Card", () => openPage(`${path}/card/page?version=${model.version}`)),
        !here.some(alias => alias.alias === "champion") && button("Promote to champion", () => promote(model.version)),
      ].filter(Boolean),
    }),
    part(
      "Metrics",
      h(
        "div",
        { class: "tiles" },
        Object.entries(model.scores?.test ?? {}).flatMap(([target, scores]) =>
          ["r2", "rmse", "mae", "accuracy", "auc", "f1", "log_loss"]
            .filter(metric => scores[metric])
            .slice(0, 3)
            .map(metric =>
              h(
                "div",
                { class: "panel tile" },
                h("span", null, `${metric} of ${target}`),
                h("b", null, number(scores[metric].value)),
                h(
                  "span",
                  null,
                  scores[metric].low === undefined
                    ? "in the test part"
                    : `95 %: ${number(scores[metric].low)} to ${number(scores[metric].high)}`,
                ),
              ),
            ),
        ),
      ),
    ),
    part("Predict", predictor(name, model)),
    part("Plots", plots),
    limits?.length > 0 &&
      part(
        "Mind",
        h(
          "div",
          { class: "panel pad" },
          h(
            "ul",
            null,
            limits.map(limit => h("li", null, limit)),
          ),
        ),
      ),
    part(
      "Versions",
      table(
        "Versions",
        [
          ["Version", row => h("a", { href: `#/models/${encodeURIComponent(name)}/${row.version}` }, `Version ${row.version}`)],
          ["Aliases", row => aliases.filter(alias => alias.version === row.version).map(alias => tag(alias.alias))],
          ["Engine", row => row.engine, "hide"],
          [
            "Test score",
            row => {
              const score = scoreOf(row);
              return score && [number(score[1]), h("span", { class: "soft small" }, ` ${score[0]}`)];
            },
            "num",
          ],
          ["Made", row => ago(row.created_at), "num soft"],
          [
            "",
            row =>
              aliases.some(alias => alias.alias === "champion" && alias.version === row.version)
                ? button("Roll back", () => rollBack(), "slim")
                : button("Promote", () => promote(row.version), "slim"),
            "num hide",
          ],
        ],
        versions,
      ),
    ),
    h(
      "details",
      { class: "panel pad" },
      h("summary", null, "Parameters"),
      h(
        "dl",
        { class: "kv" },
        Object.entries(model.parameters ?? {}).flatMap(([key, value]) => [h("dt", null, key), h("dd", null, String(value))]),
      ),
    ),
  );

  training(model, signal)
    .then(figures => plots.prepend(...figures))
    .catch(() => {});

  async function promote(version) {
    const done = await ask({
      title: `Promote version ${version}?`,
      text: "Predictions for the champion come from it at once. With the gate only if its error is smaller on the same test rows.",
      action: "Promote",
      fields: [
        {
          name: "gate",
          label: "Gate",
          options: [
            { value: "", label: "none: point the alias at it" },
            { value: "gate", label: "only if it is better" },
          ],
        },
        { name: "reason", label: "Reason (optional)" },
      ],
      submit: ({ gate, reason }) =>
        post(
          `${path}/aliases/champion`,
          {
            version,
            reason: reason || "Promoted in the console.",
            actor: "console",
            ...(gate ? { gate: { metric: model.task === "regression" ? "rmse" : "log_loss" } } : {}),
          },
          "PUT",
        ),
    });
    if (!done) return;
    toast(
      done.gate && !done.gate.passed ? `Not promoted: ${done.gate.reason}` : `champion is version ${done.version} now.`,
      done.gate && !done.gate.passed ? "bad" : "",
    );
    again();
  }

  async function rollBack() {
    const done = await ask({
      title: "Roll back the champion?",
      text: "The alias goes back to where it pointed before its last promotion.",
      action: "Roll back",
      fields: [{ name: "reason", label: "Reason (optional)" }],
      submit: ({ reason }) =>
        post(`${path}/aliases/champion/rollback`, { actor: "console", reason: reason || "Rolled back in the console." }),
    });
    if (done) {
      toast(`champion is version ${done.version} now.`);
      again();
    }
  }

  async function again() {
    root.replaceChildren();
    await view(root, [name, wanted], signal);
  }
}
