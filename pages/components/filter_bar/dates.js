// A filter over dates: ready-made ranges (they come from Python, which knows the day in London) and two date fields.

const [FIRST_DAY, LAST_DAY] = ["1900-01-01", "2200-12-31"] // Python refuses others

class DatesFilter {
  constructor(filter, send) {
    this.key = filter.key
    this.send = send
    this.range = { from: filter.from, to: filter.to }
    this.presets = el("div", { class: "presets" })
    this.from = this.field()
    this.to = this.field()
    this.error = el("p", { class: "error", role: "alert" })
    const ends = el("div", { class: "ends" }, labelled("From", this.from), labelled("To", this.to))
    this.panel = el("div", { class: "panel filter-panel dates", role: "group", "aria-label": filter.label }, this.presets, ends, this.error)
  }

  field() {
    const actions = { onchange: () => this.typed(), onblur: () => this.complain() }
    return el("input", { type: "date", class: "field", min: FIRST_DAY, max: LAST_DAY, ...actions })
  }

  update(filter, settled) {
    this.filter = filter
    if (settled) this.range = { from: filter.from, to: filter.to }
    const active = this.panel.getRootNode().activeElement
    if (active !== this.from) this.from.value = this.range.from ?? ""
    if (active !== this.to) this.to.value = this.range.to ?? ""
    this.drawPresets()
  }

  opened() {
    setText(this.error, "")
    this.presets.querySelector("[aria-pressed=true]")?.focus()
  }

  drawPresets() {
    const nodes = this.filter.presets.map((preset, index) => {
      const node = this.presets.children[index] ?? button("", { class: "preset" })
      setText(node.firstElementChild, preset.label)
      node.onclick = () => this.choose(preset.from, preset.to)
      node.setAttribute("aria-pressed", String(this.isChosen(preset)))
      return node
    })
    place(this.presets, nodes)
  }

  isChosen(preset) {
    return preset.from === this.range.from && preset.to === this.range.to
  }

  typed() {
    if (!this.areInRange()) return // a year that is being typed is 0002 and 0020 before it is 2026
    const [from, to] = [this.from.value || null, this.to.value || null]
    const wrong = from && to && from > to
    setText(this.error, wrong ? "“From” is after “To”." : "")
    if (!wrong) this.choose(from, to)
  }

  complain() {
    if (!this.areInRange()) setText(this.error, "Choose days from 1900 to 2200.")
  }

  areInRange() {
    return [this.from, this.to].every(({ validity }) => !validity.rangeUnderflow && !validity.rangeOverflow)
  }

  choose(from, to) {
    this.range = { from, to }
    this.from.value = from ?? ""
    this.to.value = to ?? ""
    this.drawPresets()
    this.send({ key: this.key, from, to }, 250)
  }

  summary() {
    const { from, to } = this.range
    if (!from && !to) return null
    const preset = this.filter.presets.find((each) => this.isChosen(each))
    if (preset) return preset.label
    if (from && to) return from === to ? inWords(from) : `${inWords(from)} – ${inWords(to)}`
    return from ? `from ${inWords(from)}` : `to ${inWords(to)}`
  }
}

function labelled(text, field) {
  return el("label", {}, el("span", { text }), field)
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

// "2026-11-23" → "23 Nov 2026". By hand: some browsers' British English says "Sept".
function inWords(iso) {
  const [year, month, day] = iso.split("-").map(Number)
  return `${day} ${MONTHS[month - 1]} ${year}`
}
