// The header row with its sorting, and the panel in which columns are shown or hidden.

function drawHeader(view, columns) {
  const { sort } = view.data
  const signature = JSON.stringify([columns, sort])
  if (view.headerDrawn === signature) return
  view.headerDrawn = signature
  const focused = view.node.getRootNode().activeElement?.dataset?.sort
  const cells = columns.map((column) => headerCell(view, column, sort))
  view.headerRow.replaceChildren(view.headerTick, ...cells, view.headerActions)
  if (focused) view.headerRow.querySelector(`[data-sort="${focused}"]`)?.focus()
}

function headerCell(view, column, sort) {
  const sorted = sort.column === column.key
  const direction = sorted ? (sort.descending ? "descending" : "ascending") : null
  const node = el("th", { role: "columnheader", scope: "col", "data-column": column.key, "aria-sort": direction })
  if (!column.sortable) {
    node.textContent = column.label
    return node
  }
  const descending = sorted ? !sort.descending : column.key === "created"
  const onclick = (event) => view.ask("sort", { control: event.currentTarget, value: { column: column.key, descending } })
  const sorter = button(column.label, { class: "sorter", "data-sort": column.key, onclick })
  if (sorted) sorter.append(icon(sort.descending ? "down" : "up"))
  node.append(sorter)
  return node
}

class ColumnChooser {
  constructor(view) {
    this.view = view
    this.hidden = null // what the user has hidden and Python has not confirmed yet
    this.opener = el("button", { type: "button", class: "secondary columns-button" }, icon("columns"), el("span", { text: "Columns" }))
    this.list = el("div", { class: "choices" })
    this.panel = el("div", { class: "panel columns-panel", role: "group", "aria-label": "Columns shown" }, this.list)
    attachPanel(this.opener, this.panel, { onClose: () => this.send() })
  }

  visible() {
    return this.view.data.columns.filter((column) => (this.hidden ? !this.hidden.has(column.key) : column.visible))
  }

  update(data) {
    if (!this.panel.matches(":popover-open") && !this.view.courier.busy) this.hidden = null
    const signature = data.columns.map((column) => column.key).join()
    if (this.signature !== signature) {
      this.signature = signature
      this.list.replaceChildren(...data.columns.map((column) => this.choice(column)))
    }
    const visible = new Set(this.visible().map((column) => column.key))
    for (const box of this.list.querySelectorAll("input")) box.checked = visible.has(box.value)
  }

  choice(column) {
    const onchange = (event) => this.toggle(column.key, event.currentTarget.checked)
    const box = el("input", { type: "checkbox", value: column.key, onchange, disabled: column.locked })
    return el("label", { class: "choice" }, box, el("span", { text: column.label }))
  }

  toggle(key, shown) {
    const visible = new Set(this.visible().map((column) => column.key))
    this.hidden ??= new Set(this.view.data.columns.map((column) => column.key).filter((each) => !visible.has(each)))
    if (shown) this.hidden.delete(key)
    else this.hidden.add(key)
    this.view.redraw()
  }

  send() {
    if (this.hidden) this.view.ask("columns", { value: this.visible().map((column) => column.key) })
  }
}
