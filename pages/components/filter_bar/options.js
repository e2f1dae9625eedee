// A filter with a list of values: search box, counts, tick boxes, "only". The values chosen here are shown at once; they
// are sent a moment later, and new data doesn't undo them before Python has answered.

const MOST_SHOWN = 200

class OptionsFilter {
  constructor(filter, send) {
    this.key = filter.key
    this.send = send
    this.chosen = new Set(filter.chosen)
    this.items = new Map()
    this.search = el("input", { type: "search", class: "field", oninput: () => this.draw(), autocomplete: "off" })
    this.search.placeholder = "Search"
    this.search.setAttribute("aria-label", `Search ${filter.label}`)
    this.list = el("div", { class: "choices", role: "group", "aria-label": filter.label })
    this.hint = el("p", { class: "hint", role: "status" })
    this.clear = button("Clear", { class: "quiet", onclick: () => this.choose([]) })
    const top = el("div", { class: "panel-top" }, this.search, this.clear)
    this.panel = el("div", { class: "panel filter-panel" }, top, this.list, this.hint)
    this.panel.addEventListener("keydown", (event) => moveInList(event, this.list))
  }

  update(filter, settled) {
    this.filter = filter
    if (settled) this.chosen = new Set(filter.chosen)
    this.draw()
  }

  opened() {
    this.search.value = ""
    this.order = orderForReading(this.filter.options, this.chosen)
    this.draw()
    this.list.scrollTop = 0
    if (matchMedia("(pointer: fine)").matches) this.search.focus()
  }

  // The order is kept while the list is open, so that nothing moves under the pointer.
  inOrder() {
    if (!this.order) return this.filter.options
    const place = new Map(this.order.map((value, index) => [value, index]))
    const at = (option) => place.get(option.value) ?? this.order.length
    return [...this.filter.options].sort((one, other) => at(one) - at(other))
  }

  draw() {
    const wanted = folded(this.search.value)
    const found = this.inOrder().filter((option) => folded(option.label).includes(wanted))
    const shown = found.slice(0, MOST_SHOWN)
    const nodes = []
    let group = null
    for (const option of shown) {
      if (option.group && option.group !== group) nodes.push(el("p", { class: "group", text: option.group }))
      group = option.group ?? null
      nodes.push(this.item(option))
    }
    place(this.list, nodes)
    this.clear.hidden = this.chosen.size === 0
    setText(this.hint, hintFor(found.length))
  }

  item(option) {
    const node = this.items.get(option.value) ?? this.create(option)
    const [box, label, number] = node.firstElementChild.children
    box.checked = this.chosen.has(option.value)
    setText(label, option.label)
    setText(number, count(option.count))
    node.classList.toggle("none", option.count === 0)
    return node
  }

  create(option) {
    const box = el("input", { type: "checkbox", onchange: () => this.toggle(option.value, box.checked) })
    const label = el("label", {}, box, el("span", { class: "name" }), el("span", { class: "count" }))
    const onclick = () => this.choose([option.value])
    const only = button("only", { class: "quiet only", onclick, "aria-label": `Only ${option.label}` })
    const node = el("div", { class: "choice" }, label, only)
    this.items.set(option.value, node)
    return node
  }

  toggle(value, ticked) {
    const chosen = new Set(this.chosen)
    if (ticked) chosen.add(value)
    else chosen.delete(value)
    this.choose([...chosen])
  }

  choose(values) {
    this.chosen = new Set(values)
    this.draw()
    this.send({ key: this.key, chosen: values }, 250)
  }

  summary() {
    const [first, ...others] = this.chosen
    if (first === undefined) return null
    const option = this.filter.options.find((each) => each.value === first)
    const label = option?.short ?? option?.label ?? first
    return others.length ? `${label} +${others.length}` : label
  }
}

// Chosen values first, so that they are found in a long list. A grouped list keeps its order.
function orderForReading(options, chosen) {
  const values = options.map((option) => option.value)
  if (options.some((option) => option.group)) return values
  return [...values.filter((value) => chosen.has(value)), ...values.filter((value) => !chosen.has(value))]
}

// Letter case and accents don't matter.
function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
}

function hintFor(found) {
  if (found === 0) return "Nothing matches. Try fewer letters."
  return found > MOST_SHOWN ? `The first ${MOST_SHOWN} of ${count(found)}. Type to narrow.` : ""
}

// Puts the nodes in this order and touches only those that are out of place, so that focus and scrolling stay.
function place(parent, nodes) {
  const wanted = new Set(nodes)
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove()
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null)
  })
}

// ↓ from the search box enters the list; ↑ ↓ move in it.
function moveInList(event, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!step) return
  const boxes = [...list.querySelectorAll("input")]
  const active = list.getRootNode().activeElement
  const at = boxes.indexOf(active.closest(".choice")?.querySelector("input"))
  boxes[Math.max(0, Math.min(boxes.length - 1, at + step))]?.focus()
  event.preventDefault()
}
