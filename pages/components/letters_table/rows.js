// The rows. A row belongs to a letter id for as long as that letter is shown: new data changes the row in place, so
// that scrolling, focus and ticks stay where they are.

class Rows {
  constructor(body) {
    this.body = body
    this.byId = new Map()
    this.current = null // the letter whose row the arrow keys start from: the only one in the tab order
  }

  update(data, columns) {
    const signature = columns.map((column) => column.key).join()
    if (signature !== this.signature) this.byId.clear()
    if (signature !== this.signature) this.body.replaceChildren()
    this.signature = signature
    const wanted = new Set(data.rows.map((row) => row.id))
    for (const [id, record] of this.byId) if (!wanted.has(id)) this.drop(id, record)
    let at = this.body.firstElementChild
    for (const row of data.rows) {
      const node = this.draw(row, columns, data.open_id)
      if (node === at) at = at.nextElementSibling
      else this.body.insertBefore(node, at)
    }
    if (!this.byId.has(this.current)) this.setCurrent(data.rows[0]?.id ?? null)
  }

  drop(id, record) {
    record.node.remove()
    this.byId.delete(id)
  }

  draw(row, columns, openId) {
    const record = this.byId.get(row.id) ?? this.create(row, columns)
    const drawn = JSON.stringify(row)
    if (record.drawn !== drawn) {
      fillRow(record, row)
      record.drawn = drawn
      setRowInOrder(record.node, row.id === this.current)
    }
    if (row.id === openId) record.node.setAttribute("aria-current", "true")
    else record.node.removeAttribute("aria-current")
    return record.node
  }

  create(row, columns) {
    const tick = el("input", { type: "checkbox", class: "tick", "data-focus": "tick" })
    const label = el("span", { class: "unseen" })
    const cells = new Map(columns.map((column) => [column.key, cell(column)]))
    const actions = el("td", { role: "cell", class: "actions" })
    const tickCell = el("td", { role: "cell", class: "tick-cell" }, el("label", {}, tick, label))
    const node = el("tr", { role: "row", "data-id": row.id }, tickCell, ...cells.values(), actions)
    const record = { node, tick, label, cells, actions, drawn: "" }
    this.byId.set(row.id, record)
    return record
  }

  setTicks(selection) {
    for (const [id, { node, tick }] of this.byId) {
      const ticked = selection.has(id)
      tick.checked = ticked
      node.classList.toggle("selected", ticked)
    }
  }

  setCurrent(id) {
    const old = this.byId.get(this.current)
    if (old) setRowInOrder(old.node, false)
    this.current = id
    const now = this.byId.get(id)
    if (now) setRowInOrder(now.node, true)
  }

  focus(id, part = null) {
    const node = this.byId.get(id)?.node
    if (!node) return
    this.setCurrent(id)
    const target = part ? node.querySelector(`[data-focus="${part}"]`) : null
    ;(target ?? node).focus({ preventScroll: part !== null })
    if (!part) node.scrollIntoView({ block: "nearest" })
  }
}

function cell(column) {
  return el("td", { role: "cell", "data-column": column.key, "data-label": column.label })
}

function letterName(row) {
  return `${row.patient} – ${row.title}`
}

function fillRow(record, row) {
  setText(record.label, `Select letter: ${letterName(row)}`)
  for (const [key, node] of record.cells) {
    if (key === "status") fillStatus(node, row)
    else if (key === "patient") fillPatient(node, row)
    else setText(node, row[key] ?? "")
  }
  record.actions.replaceChildren(...row.actions.flatMap((action) => rowButton(action, row)))
  for (const node of record.actions.querySelectorAll("button[data-why]")) setReach(node, node.dataset.why)
}

function fillStatus(node, row) {
  const mark = badge(row.status)
  node.replaceChildren(mark, ...row.status.flags.map((text) => el("span", { class: "flag", text })))
  if (row.status.reason) setTip(mark, row.status.reason)
}

function fillPatient(node, row) {
  const name = el("button", { type: "button", class: "name", text: row.patient, "data-focus": "open" })
  const flag = row.patient_flag ? el("span", { class: "flag", text: row.patient_flag }) : null
  node.replaceChildren(el("div", { class: "person" }, name, flag))
}

function rowButton(action, row) {
  const properties = {
    class: "quiet",
    "data-action": action.action,
    "data-focus": `action:${action.action}`,
    "data-why": action.enabled ? null : (action.why ?? "Not possible now"),
    "aria-label": `${action.label}: ${letterName(row)}`,
  }
  if (action.action !== "download") return button(action.label, properties)
  const node = el("button", { type: "button", ...properties, class: "quiet just-icon" }, icon("download"))
  node.title = action.label
  return node
}

// One stop for the tab key per table: the current row and its controls.
function setRowInOrder(node, inOrder) {
  node.tabIndex = inOrder ? 0 : -1
  for (const control of node.querySelectorAll("button, input")) control.tabIndex = inOrder ? 0 : -1
}
