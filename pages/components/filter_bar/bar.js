// The row of filters. Each change is sent after a short rest, and filters changed within that rest go one by one. What
// the user chose stays on screen until Python has answered, whatever data comes in between.

const KINDS = { options: OptionsFilter, dates: DatesFilter }

class FilterBar {
  constructor() {
    this.courier = new Courier(this, "change", (busy) => this.showBusy(busy))
    this.filters = new Map()
    this.unsent = new Map() // key → message that waits for its rest to end or for the one before it
    this.pills = el("div", { class: "pills" })
    this.reset = button("Reset", { class: "quiet", onclick: () => this.sendReset() })
    this.pills.append(this.reset)
    this.more = el("button", { type: "button", class: "pill more", "aria-expanded": "false", onclick: () => this.unfold() })
    this.moreLabel = el("span", { text: "Filters" })
    this.more.append(icon("filter"), this.moreLabel)
    this.node = el("div", { class: "root filters waits", role: "search", "aria-label": "Filters" }, this.more, this.pills)
    keepTyping(this.node)
  }

  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue
    this.courier.acknowledge(data.ack)
    this.sendNext()
    for (const filter of data.filters) this.updateFilter(filter)
    this.reset.hidden = data.is_default
    const set = [...this.filters.values()].filter(({ filter }) => filter.summary() !== null).length
    setText(this.moreLabel, set ? `Filters (${count(set)} set)` : "Filters")
  }

  updateFilter(data) {
    const entry = this.filters.get(data.key) ?? this.create(data)
    const settled = !this.courier.busy && this.unsent.size === 0
    entry.filter.update(data, settled)
    this.drawPill(entry, data.label)
  }

  create(data) {
    const send = (message, rest) => this.later(message, rest)
    const entry = data.kind === "text" ? textEntry(data, send) : this.panelEntry(data, send)
    this.filters.set(data.key, entry)
    this.pills.insertBefore(entry.node, this.reset)
    return entry
  }

  panelEntry(data, send) {
    const filter = new KINDS[data.kind](data, send)
    const label = el("span", { class: "pill-text" })
    const node = el("button", { type: "button", class: "pill", "data-key": data.key }, label, icon("down"))
    this.node.append(filter.panel)
    attachPanel(node, filter.panel, { onOpen: () => filter.opened() })
    return { filter, node, label }
  }

  drawPill({ filter, node, label }, name) {
    if (!label) return
    const chosen = filter.summary()
    setText(label, chosen === null ? (filter instanceof DatesFilter ? `${name}: any` : name) : `${name}: ${chosen}`)
    node.classList.toggle("set", chosen !== null)
  }

  later(message, rest) {
    const entry = this.filters.get(message.key)
    this.drawPill(entry, entry.filter.filter?.label ?? message.key)
    clearTimeout(this.unsent.get(message.key)?.timer)
    const timer = setTimeout(() => this.due(message.key), rest)
    this.unsent.set(message.key, { message, timer, due: false })
  }

  due(key) {
    this.unsent.get(key).due = true
    this.sendNext()
  }

  sendNext() {
    for (const [key, { message, due }] of this.unsent) {
      if (!due || this.courier.busy) continue
      this.unsent.delete(key)
      this.courier.send(message)
    }
  }

  sendReset() {
    for (const { timer } of this.unsent.values()) clearTimeout(timer)
    this.unsent.clear()
    this.courier.settle()
    this.courier.send({ key: "reset" }, { control: this.reset })
    this.pills.querySelector("button")?.focus()
  }

  unfold() {
    const open = this.node.classList.toggle("unfolded")
    this.more.setAttribute("aria-expanded", String(open))
  }

  attached() {}

  leave() {
    this.courier.settle()
  }

  showBusy(busy) {
    this.node.setAttribute("aria-busy", String(busy))
  }
}

// The patient's name: typed in the row itself. It never becomes part of an address.
function textEntry(data, send) {
  const field = el("input", { type: "search", class: "pill text", autocomplete: "off", spellcheck: "false", maxlength: 100 })
  field.placeholder = data.placeholder
  field.setAttribute("aria-label", data.label)
  field.oninput = () => send({ key: data.key, text: field.value.trim() }, 300)
  const filter = {
    update: (fresh, settled) => {
      const typing = field.getRootNode().activeElement === field
      if (settled && (!typing || fresh.text === "") && field.value.trim() !== fresh.text) field.value = fresh.text
    },
    summary: () => field.value.trim() || null,
  }
  const node = el("div", { class: "text-pill" }, icon("search"), field)
  return { filter, node, label: null }
}

export default function filterBar(component) {
  return mountView(component, () => new FilterBar())
}
