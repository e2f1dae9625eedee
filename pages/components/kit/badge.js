// A status as a badge: an icon as well as a colour. Where there is a reason it is a button, so that the reason can be
// reached with the keyboard and by touch.

function badge(status) {
  const kind = status.in_doubt ? "in_doubt" : status.badge
  const label = el("span", { text: status.label })
  if (!status.reason) return el("span", { class: `badge ${kind}` }, icon(kind), label)
  const why = el("span", { class: "why", "aria-hidden": "true", text: "i" })
  return el("button", { type: "button", class: `badge ${kind}`, "data-focus": "reason" }, icon(kind), label, why)
}
