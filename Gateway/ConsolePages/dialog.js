// Asks people, and tells them.
import { h } from "./dom.js";

export function toast(text, kind = "") {
  const node = h("div", { class: kind }, text);
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), 6000);
}

/** Does what a button is for; the button rests meanwhile, and what went wrong is said. */
export async function attempt(button, work) {
  if (button) button.disabled = true;
  try {
    return await work();
  } catch (error) {
    toast(error.message, "bad");
  } finally {
    if (button) button.disabled = false;
  }
}

/** Asks in a dialog; null where the person changed their mind. Fields: {name, label, type, value, options, required, rows}. */
export function ask({ title, text, fields = [], action = "OK", kind = "main", submit }) {
  return new Promise(done => {
    const inputs = fields.map(field => {
      const common = { name: field.name, required: field.required, placeholder: field.placeholder };
      const input = field.options
        ? h(
            "select",
            common,
            field.options.map(option => h("option", { value: option.value ?? option }, option.label ?? option)),
          )
        : field.type === "json"
          ? h("textarea", { ...common, rows: field.rows ?? 8, spellcheck: "false" })
          : h("input", { ...common, type: field.type ?? "text", autocomplete: "off", step: "any" });
      if (field.value !== undefined) input.value = field.value;
      if (field.onchange) input.addEventListener("change", () => field.onchange(input.value, inputs));
      return h("label", { class: "field" }, field.label, input);
    });
    const error = h("p", { class: "note bad", role: "alert", hidden: true });
    const ok = h("button", { class: `act ${kind}` }, action);
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", null, title),
      text && h("p", { class: "soft" }, text),
      inputs,
      error,
      h("div", { class: "actions" }, h("button", { type: "button", class: "act", onclick: () => dialog.close() }, "Back"), ok),
    );
    const dialog = h("dialog", { "aria-label": title }, form);
    let answer = null;
    form.addEventListener("submit", async event => {
      event.preventDefault();
      const values = Object.fromEntries(new FormData(form));
      ok.disabled = true;
      try {
        answer = submit ? await submit(values) : values;
        dialog.close();
      } catch (problem) {
        error.textContent = problem.message;
        error.hidden = false;
      } finally {
        ok.disabled = false;
      }
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
