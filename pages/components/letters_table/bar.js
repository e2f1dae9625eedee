// The bar above the table: what is selected, and what can be done with it.

class Bar {
  constructor(view) {
    this.view = view
    this.tickAll = el("input", { type: "checkbox", onclick: () => view.tickShown(this.tickAll.checked) })
    this.summary = el("span", { class: "summary", role: "status" })
    const click = (action) => (event) => action(event.currentTarget)
    this.all = button("", { class: "quiet", onclick: () => view.choose("selectAllMatching") })
    this.onlyShown = button("", { class: "quiet", onclick: () => view.choose("selectShown") })
    this.clear = button("Clear", { class: "quiet", onclick: () => view.choose("clear"), "aria-label": "Clear the selection" })
    this.send = bulkButton("Print/Send", "primary", click((node) => this.act("print_send", node)))
    this.download = bulkButton("Download", "secondary", click((node) => this.act("download", node)))
    this.csv = button("", { class: "secondary csv", onclick: click((node) => this.act("csv", node)) })
    this.news = el("span", { class: "news" })
    this.lost = el("span", { class: "lost" })
    this.message = el("p", { class: "message", role: "status" }, this.news, this.lost)
    this.node = this.layOut(view.columnChooser.opener)
  }

  layOut(columnsButton) {
    const tick = el("label", { class: "tick-all" }, this.tickAll, el("span", { text: "Select all shown" }))
    const selected = el("div", { class: "selected-part" }, tick, this.summary, this.all, this.onlyShown, this.clear)
    const main = el("div", { class: "bulk" }, el("span", {}, this.send), el("span", {}, this.download))
    const rest = el("div", { class: "rest" }, el("span", {}, this.csv), columnsButton)
    const controls = el("div", { class: "controls", role: "group", "aria-label": "Selected letters" }, selected, main, rest)
    return el("div", { class: "bar" }, controls, this.message)
  }

  act(kind, node) {
    if (isBlocked(node)) return
    const whole = { ids: [], all_matching: true } // the CSV holds whatever the filters match
    this.view.ask(kind, { control: node, fields: kind === "csv" ? whole : this.view.selection.asked() })
  }

  update(data, selection) {
    const shown = data.rows.length
    const all = selection.allMatching
    const text = all
      ? `All ${count(data.total_matching)} letters matching the filters are selected`
      : `${count(selection.size)} of ${count(shown)} shown selected`
    setText(this.summary, text)
    this.offer(this.all, !all && data.total_matching > shown, `Select all ${count(data.total_matching)} matching the filters`)
    this.offer(this.onlyShown, all && data.total_matching > shown, `Select only the ${count(shown)} shown`)
    this.clear.hidden = !all && selection.size === 0
    this.tickAll.checked = shown > 0 && selection.size === shown
    this.tickAll.indeterminate = selection.size > 0 && selection.size < shown
    setText(this.csv.firstElementChild, `Download CSV (${count(data.total_matching)})`)
    this.setReasons(data, all || selection.size > 0)
  }

  offer(node, offered, text) {
    node.hidden = !offered
    setText(node.firstElementChild, text)
  }

  setReasons(data, anySelected) {
    const nothing = anySelected ? null : "Nothing is selected. Tick the letters first."
    setReach(this.send, data.can_act ? nothing : "Your role can look at letters, not print or send them.")
    setReach(this.download, data.can_act ? nothing : whyNoDownload(data))
    setReach(this.csv, data.total_matching > 0 ? null : "No letter matches the filters.")
  }

  // On a wide screen the news stand above the table already: there they are only spoken.
  say(news, lost) {
    setText(this.news, news ? `${news} ` : "")
    setText(this.lost, lost ?? "")
  }

  focus() {
    this.csv.focus()
  }
}

function whyNoDownload(data) {
  return data.can_read_documents
    ? "Your role can read each letter where it is opened, not download them."
    : "Your role can't read the letters' documents."
}

// On a phone "selected" isn't shown, but stays part of the name.
function bulkButton(verb, style, onclick) {
  const node = button(verb, { class: style, onclick })
  node.firstElementChild.append(el("span", { class: "wide", text: " selected" }))
  return node
}
