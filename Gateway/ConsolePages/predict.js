// A form that asks a model.
import { post } from "./api.js";
import { hbars } from "./charts.js";
import { attempt } from "./dialog.js";
import { h } from "./dom.js";
import { number } from "./say.js";

export function predictor(name, model) {
  const inputs = model.signature?.inputs ?? model.features.map(feature => ({ ...feature, required: true }));
  const means = new Map(model.features.map(feature => [feature.name, feature.mean]));
  const isNumber = input => ["number", "integer"].includes(input.type);
  const start = input =>
    means.get(input.name) === undefined
      ? ""
      : input.type === "integer"
        ? Math.round(means.get(input.name))
        : Number(means.get(input.name).toPrecision(3));
  const answer = h("div", { class: "cards", "aria-live": "polite" });
  const send = h("button", { class: "act main" }, "Predict");
  const form = h(
    "form",
    { class: "panel pad" },
    h(
      "div",
      { class: "grid" },
      inputs.map(input =>
        h(
          "label",
          { class: "field" },
          input.name,
          h("input", {
            name: input.name,
            type: isNumber(input) ? "number" : "text",
            step: "any",
            value: start(input),
            title: input.minimum === undefined ? null : `seen: ${number(input.minimum)} to ${number(input.maximum)}`,
          }),
        ),
      ),
    ),
    h(
      "div",
      { class: "actions" },
      send,
      h("span", { class: "soft small" }, "The fields begin with the means of the training rows."),
    ),
  );
  form.addEventListener("submit", event => {
    event.preventDefault();
    attempt(send, async () => {
      const row = Object.fromEntries(
        inputs.flatMap(input => {
          const text = form.elements[input.name].value;
          return text === "" ? [] : [[input.name, isNumber(input) ? Number(text) : text]];
        }),
      );
      const at = `${encodeURIComponent(name)}@${model.version}`;
      const [{ predictions }, why] = await Promise.all([
        post(`/predict/${at}`, { rows: [row] }),
        post(`/models/${at}/explain`, { rows: [row] }).catch(() => null),
      ]);
      answer.replaceChildren(
        ...Object.entries(predictions[0])
          .filter(([, value]) => typeof value !== "object")
          .map(([output, value]) => {
            const explained = why?.version === model.version ? why.explanations?.[0]?.[output]?.contributions : null;
            return h(
              "div",
              { class: "panel pad" },
              h(
                "div",
                { class: "tile", style: { padding: 0 } },
                h("span", null, output),
                h("b", { class: "prediction" }, typeof value === "number" ? number(value) : String(value)),
              ),
              explained &&
                hbars(
                  Object.entries(explained)
                    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
                    .slice(0, 6),
                ),
              explained && h("p", { class: "soft small" }, "What moved it away from the mean prediction."),
            );
          }),
      );
    });
  });
  return h("div", { class: "part" }, form, answer);
}
