const EVERY_MS = 2000;
const number = new Intl.NumberFormat();
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function showScores(labels) {
  const parts = [];
  for (const [score, rows] of Map.groupBy(labels, (row) => row.score)) {
    const total = rows.reduce((sum, row) => sum + row.records, 0);
    parts.push(element("h3", `${score}: ${number.format(total)} ${rows[0].object} records`));
    for (const { label, records } of rows) {
      const line = element("div", undefined, "label");
      const bar = element("progress");
      bar.max = total;
      bar.value = records;
      bar.setAttribute("aria-label", `${label ?? "No label"}: ${records} of ${total}`);
      line.append(element("span", label ?? "No label"), bar, element("span", number.format(records)));
      parts.push(line);
    }
  }
  document
    .querySelector("#scores")
    .replaceChildren(...(parts.length > 0 ? parts : [element("p", "Nothing is scored yet.")]));
}

function runText(runs) {
  if (runs.length === 0) return "none";
  return runs
    .map(({ state, step, done, total }) => {
      const count =
        total === null ? number.format(done) : `${number.format(done)} of ${number.format(total)}`;
      return `${step.doing}${state === "paused" ? ", paused" : ""}: ${count}`;
    })
    .join("; ");
}

const STOPS = {
  breaker: "stopped: HubSpot keeps failing",
  parked: "stopped: HubSpot asked to wait",
  day: "stopped: the day's calls are spent",
  reserve: "live changes only: the day's calls run out",
};

function callsText({ stop, day }) {
  const left = day ? `, ${number.format(day.remaining)} of ${number.format(day.limit)} left today` : "";
  if (!stop) return `flowing${left}`;
  return `${STOPS[stop.by]}, for ${number.format(Math.ceil(stop.waitMs / 1000))} s${left}`;
}

function showWork({ intake, backlog, budget, calls, runs }) {
  const rows = [
    ["Notifications received", number.format(intake.notifications)],
    ["Deliveries", number.format(intake.deliveries)],
    ["Deliveries with unusable notifications", number.format(intake.failed)],
    ["Inbox waiting", number.format(backlog.inbox)],
    ["Records to read", number.format(backlog.reads)],
    ["Records to score", number.format(backlog.marks)],
    ["Records to write", number.format(backlog.writes)],
    ["Back-fill", runText(runs)],
    ["HubSpot calls allowed in 10 s", budget ? number.format(budget.perTenSeconds) : "–"],
    ["HubSpot calls", callsText(calls)],
  ];
  document
    .querySelector("#work")
    .replaceChildren(...rows.flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
}

function showChanges(changes) {
  const rows = changes.map((change) => {
    const row = element("tr");
    const value = change.before === null ? `${change.value}` : `${change.before} → ${change.value}`;
    row.append(
      element("td", time.format(change.at)),
      element("td", `${change.object} ${change.id}`),
      element("td", change.score),
      element("td", value),
      element("td", change.label ?? ""),
      element("td", change.reasons.join(", ") || "no points"),
    );
    return row;
  });
  document.querySelector("#changes").replaceChildren(...rows);
}

async function refresh() {
  const trouble = document.querySelector("#trouble");
  try {
    const response = await fetch("status.json");
    if (!response.ok) throw new Error(`status ${response.status}`);
    const status = await response.json();
    document.querySelector("#portal").textContent =
      `Emulated portal ${status.portal}, portal time ${new Date(status.now).toLocaleString()}`;
    showScores(status.labels);
    showWork(status);
    showChanges(status.changes);
    trouble.textContent = "";
  } catch (error) {
    trouble.textContent = `The service does not answer (${error.message}); trying again.`;
  }
  setTimeout(refresh, EVERY_MS);
}

await refresh();
