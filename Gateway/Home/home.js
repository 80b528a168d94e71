const api = location.origin + "/api/v1/skipper";
const show = (id, text) => { document.getElementById(id).textContent = text; };
show("train", `curl -s ${api}/tasks/execute_async \\\n  -H 'Content-Type: application/json' \\\n  -d '{"task_type":"training","payload":"0.2"}'`);
show("poll", `curl -s ${api}/tasks/workflow/TASK_ID`);
show("predict", `curl -s ${api}/predict/housing \\\n  -H 'Content-Type: application/json' \\\n  -d '{"rows":[{"crim":0.00632,"zn":18,"indus":2.31,"chas":0,"nox":0.538,"rm":6.575,\n       "age":65.2,"dis":4.09,"rad":1,"tax":296,"b":396.9,"lstat":4.98}]}'`);

async function ask() {
  const list = document.getElementById("checks");
  let lines;
  try {
    const answer = await (await fetch("/readyz")).json();
    lines = Object.entries(answer.checks).map(([name, check]) =>
      [check.status, check.reason ? `${name}: ${check.reason}` : `${name}: ${check.status}`]);
  } catch {
    lines = [["failed", "The gateway does not answer."]];
  }
  list.replaceChildren(...lines.map(([status, text]) => {
    const item = document.createElement("li");
    item.className = status;
    item.textContent = text;
    return item;
  }));
}
ask();
setInterval(ask, 5000);
