// Dialogs that begin runs; each answers with the id of the run.
import { get, post } from "./api.js";
import { ask } from "./dialog.js";

export async function newTraining(dataset) {
  const { datasets } = await get("/datasets");
  if (datasets.length === 0) throw new Error("There is no dataset yet. Upload a CSV first: see Datasets.");
  const columns = name => datasets.find(known => known.name === name)?.columns.map(column => column.name) ?? [];
  const chosen = dataset ?? datasets[0].name;
  return ask({
    title: "Train a model",
    text: "Accepted at once and run by a training worker; you can close this page meanwhile.",
    action: "Train",
    fields: [
      {
        name: "dataset",
        label: "Dataset",
        options: datasets.map(known => known.name),
        value: chosen,
        onchange: value => {
          hint(value);
        },
      },
      {
        name: "targets",
        label: "Targets, with commas between them (empty = what the dataset is known for)",
        placeholder: columns(chosen).slice(-2).join(", "),
      },
      {
        name: "engine",
        label: "Engine",
        options: [{ value: "auto", label: "auto: cross-validates and takes the better" }, "xgboost", "linear"],
      },
      { name: "rounds", label: "Rounds of boosting (optional)", type: "number" },
      { name: "model", label: "Name of the model (empty = that of the dataset)" },
      { name: "share", label: "Share of rows kept for the test", type: "number", value: "0.2", required: true },
    ],
    submit: async values => {
      const data = { dataset: values.dataset, engine: values.engine };
      if (values.targets.trim())
        data.targets = values.targets
          .split(",")
          .map(name => name.trim())
          .filter(Boolean);
      if (values.model.trim()) data.model = values.model.trim();
      if (values.rounds && values.engine !== "linear")
        data.parameters = { rounds: Number(values.rounds), early_stopping_rounds: Number(values.rounds) };
      return (await post("/tasks/execute_async", { task_type: "training", payload: values.share, data })).task_id;
    },
  });

  function hint(name) {
    const input = document.querySelector("dialog input[name=targets]");
    if (input) input.placeholder = columns(name).slice(-2).join(", ");
  }
}

export const newTask = () =>
  ask({
    title: "New task",
    text: "Any task type that the gateway knows; a wrong one is answered with the list.",
    action: "Send",
    fields: [
      { name: "task_type", label: "Task type", value: "training", required: true },
      { name: "payload", label: "Payload (text)", value: "0.2" },
      { name: "data", label: "Data (JSON, optional)", type: "json", rows: 6, placeholder: "{}" },
      { name: "description", label: "Description (optional)" },
    ],
    submit: async values => {
      const task = { task_type: values.task_type.trim(), payload: values.payload };
      if (values.data.trim()) task.data = parse(values.data);
      if (values.description.trim()) task.description = values.description.trim();
      return (await post("/tasks/execute_async", task)).task_id;
    },
  });

export const newRun = (workflow, inputs) =>
  ask({
    title: `Run ${workflow}`,
    action: "Run",
    fields: Object.entries(inputs ?? {}).map(([name, input]) => ({
      name,
      label: `${name}${input.description ? ` — ${input.description}` : ""} (${input.type ?? "any"})`,
      value:
        input.default === undefined ? "" : typeof input.default === "string" ? input.default : JSON.stringify(input.default),
      required: input.required === true,
    })),
    submit: async values => {
      const input = {};
      for (const [name, text] of Object.entries(values)) {
        if (text.trim() === "") continue;
        input[name] = inputs[name].type === "string" ? text : parse(text, name);
      }
      return (await post(`/workflows/${encodeURIComponent(workflow)}/runs`, { input })).id;
    },
  });

function parse(text, name = "Data") {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${name} is not JSON. Texts need quotes: {"dataset": "housing"}`);
  }
}
