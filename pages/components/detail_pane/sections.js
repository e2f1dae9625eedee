// The parts of the open letter, each drawn from its piece of the data.

function statusSection({ status, warnings }) {
  const node = el("section", { class: "status" }, badge({ ...status, reason: null }), el("p", { class: "meaning", text: status.meaning }))
  if (status.in_doubt) node.prepend(callout("in_doubt", "In doubt: we don't know whether the delivery provider has this letter."))
  if (status.reason) node.append(callout(status.badge === "failed" ? "failed" : "in_doubt", status.reason))
  if (status.advice) node.append(el("p", { class: "advice" }, el("strong", { text: "What to do: " }), status.advice))
  node.append(...warnings.map((text) => callout("in_doubt", text)))
  return node
}

function callout(kind, text) {
  return el("p", { class: `callout ${kind}` }, icon(kind), el("span", { text }))
}

function factsSection(letter) {
  const { patient, created_by: author } = letter
  const facts = [
    ["Patient", [patient.name, patient.date_of_birth && `born ${patient.date_of_birth}`].filter(Boolean).join(", ")],
    ["NHS number", patient.nhs_number],
    ["Template", letter.template],
    ["Created", `${letter.created} by ${[author.name, author.provider, author.team].filter(Boolean).join(", ")}`],
    ["Reference", letter.reference],
  ]
  const list = el("dl")
  for (const [name, value] of facts) if (value) list.append(el("dt", { text: name }), el("dd", { text: value }))
  return el("section", {}, list)
}

function recipientSection({ recipient }) {
  const { kind, record } = recipient
  const problem = recipient.problem ? callout(recipient.ok ? "in_doubt" : "failed", recipient.problem) : null
  const addresses = [recipient, record].filter(Boolean).map(({ heading, lines }) =>
    el("div", {}, el("h3", { text: heading }), el("address", { class: `recipient ${kind}` }, ...lines.map((text) => el("span", { text })))),
  )
  return el("section", {}, el("div", { class: "recipients" }, ...addresses), problem)
}

function historySection({ history }) {
  const list = el("ol", { class: "history" }, ...history.map(historyEvent))
  return titled("History", history.length ? list : el("p", { class: "quiet-text", text: "Nothing has happened yet." }))
}

function historyEvent(event) {
  const change = event.from && event.to && event.from !== event.to ? `${event.from} → ${event.to}` : (event.to ?? event.from ?? "")
  const by = [event.at, event.who, event.reference && `reference ${event.reference}`].filter(Boolean).join(" · ")
  const node = el("li", { class: event.applied ? "" : "not-applied" }, el("strong", { text: change }), el("span", { class: "when", text: by }))
  for (const text of [event.reason, event.note]) if (text) node.append(el("span", { text }))
  if (!event.applied) node.append(el("span", { class: "when", text: "Kept in the history; the status did not change." }))
  return node
}

function titled(heading, ...children) {
  return el("section", {}, el("h3", { text: heading }), ...children)
}
