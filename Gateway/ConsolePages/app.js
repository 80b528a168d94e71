// The frame: which page is shown, how the gateway is, and light or dark.
import { forgetKey, hasKey } from "./api.js";
import { toast } from "./dialog.js";
import { h } from "./dom.js";

const pages = {
  runs: () => import("./runs.js"),
  run: () => import("./run.js"),
  workflows: () => import("./workflows.js"),
  datasets: () => import("./datasets.js"),
  models: () => import("./models.js"),
  model: () => import("./model.js"),
  serving: () => import("./serving.js"),
  mesh: () => import("./mesh.js"),
};

const main = document.getElementById("content");
let leaving = new AbortController();

async function show() {
  const [section = "runs", ...rest] = location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
  const page = rest.length > 0 && ["runs", "models"].includes(section) ? section.slice(0, -1) : section;
  leaving.abort();
  const here = (leaving = new AbortController());
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash !== `#/${section}`) link.removeAttribute("aria-current");
    else {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({ block: "nearest", inline: "center" });
    }
  }
  if (!pages[page]) return void (location.hash = "#/runs");
  const content = h("div", { style: { display: "contents" } });
  try {
    const { view } = await pages[page]();
    if (here.signal.aborted) return;
    await view(content, rest, here.signal);
  } catch (error) {
    if (here.signal.aborted) return;
    content.replaceChildren(h("h1", null, "That did not work"), h("p", { class: "note bad" }, error.message));
  }
  if (!here.signal.aborted) {
    main.replaceChildren(content);
    scrollTo(0, 0);
  }
}

async function look() {
  const node = document.getElementById("health");
  let bad = null;
  try {
    const answer = await (await fetch("/readyz")).json();
    bad = Object.entries(answer.checks).find(([, check]) => check.status !== "ok");
    bad &&= `${bad[0]}: ${bad[1].reason ?? bad[1].status}`;
  } catch {
    bad = "The gateway does not answer";
  }
  node.className = `health ${bad ? "bad" : "ok"}`;
  node.lastElementChild.textContent = bad ? "Not ready" : "Ready";
  node.title = bad ?? "Database, broker and consumers answer";
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = document.getElementById("theme");
function paint(wanted) {
  if (wanted) document.documentElement.dataset.theme = wanted;
  const now = wanted ?? (dark.matches ? "dark" : "light");
  theme.textContent = now === "dark" ? "Light" : "Dark";
  theme.setAttribute("aria-label", `Switch to ${now === "dark" ? "light" : "dark"} colors`);
}
theme.addEventListener("click", () => {
  const next = theme.textContent.toLowerCase();
  localStorage.setItem("skipper-theme", next);
  paint(next);
});
dark.addEventListener("change", () => paint(localStorage.getItem("skipper-theme")));
paint(localStorage.getItem("skipper-theme"));

document.querySelector(".skip").addEventListener("click", event => {
  event.preventDefault();
  main.focus();
});
if (hasKey())
  document.querySelector(".foot").append(
    h(
      "button",
      {
        class: "quiet",
        type: "button",
        onclick: () => {
          forgetKey();
          location.reload();
        },
      },
      "Forget key",
    ),
  );
addEventListener("hashchange", show);
addEventListener("unhandledrejection", event => {
  if (event.reason?.name !== "AbortError") toast(event.reason?.message ?? "Something went wrong", "bad");
});
show();
look();
setInterval(look, 10000);
