// The letters table. New data is worked into what stands there; nothing is built again.

const FETCHED = "letters table: downloads fetched" // sessionStorage: nonces, so that no file is fetched twice
const MISSED = "The list moved under the pointer just now: look again, then click."
const BULK = new Set(["print_send", "download", "csv"])

class View {
  constructor() {
    this.selection = new Selection()
    this.lost = 0 // selected letters that have vanished since the user last chose or did something
    this.courier = new Courier(this, "action", (busy) => this.showBusy(busy))
    this.columnChooser = new ColumnChooser(this)
    this.bar = new Bar(this)
    this.footer = new Footer(this)
    this.buildTable()
    this.empty = el("div", { class: "empty", hidden: true })
    this.node = el("div", { class: "root letters waits" }, this.bar.node, this.scroller, this.empty, this.footer.node, this.columnChooser.panel)
    this.rows = new Rows(this.body)
    this.aim = new Aim(this)
    this.listen()
  }

  buildTable() {
    this.tickShownBox = el("input", { type: "checkbox", onclick: () => this.tickShown(this.tickShownBox.checked) })
    const name = el("span", { class: "unseen", text: "Select all letters shown" })
    this.headerTick = el("th", { role: "columnheader", scope: "col", class: "tick-cell" }, el("label", {}, this.tickShownBox, name))
    this.headerActions = el("th", { role: "columnheader", scope: "col", class: "actions", text: "Actions" })
    this.headerRow = el("tr", { role: "row" })
    this.head = el("thead", { role: "rowgroup" }, this.headerRow)
    this.body = el("tbody", { role: "rowgroup" })
    this.table = el("table", { role: "table", "aria-label": "Letters" }, this.head, this.body)
    this.scroller = el("div", { class: "scroller" }, this.table)
  }

  listen() {
    enableTooltips(this.node)
    enableKeys(this)
    keepTyping(this.node)
    this.body.addEventListener("click", (event) => this.click(event))
    this.body.addEventListener("pointerover", (event) => showWhole(event.target))
    this.fit = () => fitHeight(this)
    this.watcher = new ResizeObserver(this.fit)
    window.addEventListener("resize", this.fit)
    this.scroller.addEventListener("scroll", () => (this.scrolled = this.scroller.scrollTop))
  }

  // In its place, the first one or a new one: there the browser has forgotten how far the list was scrolled.
  attached(parent) {
    this.watcher.disconnect()
    this.watcher.observe(parent.host.closest("[data-testid=stMainBlockContainer]") ?? document.body)
    this.scroller.scrollTop = this.scrolled ?? 0
  }

  leave() {
    this.watcher.disconnect()
    window.removeEventListener("resize", this.fit)
    this.courier.settle()
    this.aim.leave()
  }

  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue
    const before = this.data
    this.data = data
    this.courier.acknowledge(data.ack)
    const gone = this.selection.reconcile(data.rows.map((row) => row.id), data.filters_key)
    this.redraw()
    if (before && placeOf(before) !== placeOf(data)) this.scroller.scrollTop = 0
    this.report(gone, before)
    fetchOnce(this.node, data.download)
    if (before?.open_id && !data.open_id) this.returnFocus(before.open_id)
  }

  redraw() {
    const focus = rememberFocus(this)
    const scroll = rememberScroll(this)
    const columns = this.columnChooser.visible()
    this.columnChooser.update(this.data)
    this.table.style.setProperty("--tracks", tracksOf(columns))
    drawHeader(this, columns)
    this.rows.update(this.data, columns)
    drawEmpty(this)
    this.footer.update(this.data)
    this.redrawSelection()
    restoreScroll(this, scroll)
    restoreFocus(this, focus)
    this.fit()
  }

  redrawSelection() {
    this.rows.setTicks(this.selection)
    this.bar.update(this.data, this.selection)
    this.tickShownBox.checked = this.bar.tickAll.checked
    this.tickShownBox.indeterminate = this.bar.tickAll.indeterminate
  }

  report(gone, before) {
    if (gone !== "filters") this.lost += gone
    const lost = lostWords(gone === "filters" ? gone : this.lost)
    const news = this.data.notice && this.data.notice !== before?.notice ? this.data.notice : null
    if (gone || news) this.bar.say(news, lost)
    else if (before?.notice && !this.data.notice) this.bar.say(null, lost)
  }

  // The pane is closed: the focus comes back to its row, unless the user has already gone elsewhere.
  returnFocus(id) {
    const root = this.node.getRootNode()
    const elsewhere = root.activeElement ? !root.activeElement.matches("tr, .name") : document.activeElement !== document.body
    if (!elsewhere) this.rows.focus(id)
  }

  click(event) {
    const row = event.target.closest("tr")
    const control = event.target.closest("button, label, input, [role=tooltip]")
    if (event.target.matches(".tick")) this.tick(row.dataset.id, event.shiftKey)
    else if (!control && window.getSelection().isCollapsed) this.open(row.dataset.id)
    else if (control?.matches(".name")) this.open(row.dataset.id)
    else if (control?.dataset.action && !isBlocked(control)) this.aimed(event, control, row.dataset.id)
  }

  aimed(event, control, id) {
    if (isSecondClick(event)) return
    if (this.aim.isMissed(event, id)) return this.bar.say("", MISSED)
    this.act(control, id)
  }

  act(control, id) {
    this.fallSilent()
    const kind = control.dataset.action === "download" ? "row_download" : control.dataset.action
    this.ask(kind, { control, fields: { ids: [id], all_matching: false } })
  }

  tick(id, range) {
    const ticked = !this.selection.has(id)
    this.leaveAllMatching()
    if (range) this.selection.setRange(id, ticked)
    else this.selection.set(id, ticked)
    this.choose()
  }

  // Unticking one letter of "all matching" leaves the others that are shown.
  leaveAllMatching() {
    if (this.selection.allMatching) this.selection.selectShown()
  }

  tickShown(ticked) {
    this.choose(ticked ? "selectShown" : "clear")
  }

  choose(how = null) {
    if (how) this.selection[how]()
    this.fallSilent()
    this.redrawSelection()
  }

  open(id) {
    this.rows.setCurrent(id)
    const asked = this.ask("open", { fields: { ids: [id], all_matching: false }, urgent: true })
    if (asked) document.dispatchEvent(new CustomEvent(OPENING, { detail: id }))
  }

  ask(kind, { control = null, value = null, fields = { ids: [], all_matching: false }, urgent = false } = {}) {
    const { version, filters_key: filters, total_matching: total } = this.data
    const message = { kind, value, version, filters_key: filters, total_matching: total, ...fields }
    const asked = this.courier.send(message, { control, urgent })
    if (BULK.has(kind)) this.fallSilent()
    return asked
  }

  // What was said last has been seen, or is past.
  fallSilent() {
    this.lost = 0
    this.bar.say("")
  }

  showBusy(busy) {
    this.node.setAttribute("aria-busy", String(busy))
  }
}

function lostWords(gone) {
  if (gone === "filters") return "The filters changed, so no letter is selected now."
  if (gone === 0) return ""
  return gone === 1
    ? "1 selected letter is no longer shown and is no longer selected."
    : `${count(gone)} selected letters are no longer shown and are no longer selected.`
}

function tracksOf(columns) {
  return ["tick", ...columns.map((column) => column.key), "actions"].map((name) => `var(--w-${name})`).join(" ")
}

function placeOf(data) {
  return JSON.stringify([data.filters_key, data.sort, data.page, data.page_size])
}

function drawEmpty(view) {
  const { rows, empty } = view.data
  const none = rows.length === 0
  view.scroller.hidden = none
  view.empty.hidden = !none
  if (!none || view.emptyDrawn === JSON.stringify(empty)) return
  view.emptyDrawn = JSON.stringify(empty)
  const act = (event) => view.ask("empty_action", { control: event.currentTarget })
  const action = empty.action_label ? button(empty.action_label, { class: "secondary", onclick: act }) : null
  view.empty.replaceChildren(el("h2", { text: empty.title }), el("p", { text: empty.text }), ...[action].filter(Boolean))
}

// Text that its column is too narrow for is shown whole under the pointer.
function showWhole(node) {
  const cell = node.closest?.("td[data-column]")
  if (!cell || cell.querySelector("button.badge")) return
  cell.title = cell.scrollWidth > cell.clientWidth ? cell.textContent : ""
}

// The list is as high as the window allows, so that its header and the bar stay in sight.
function fitHeight(view) {
  const main = view.node.getRootNode().host?.closest("[data-testid=stMain]")
  const above = view.scroller.getBoundingClientRect().top + (main?.scrollTop ?? 0)
  if (above > 0) view.node.style.setProperty("--above", `${Math.round(above)}px`)
  view.scroller.classList.toggle("wider", view.scroller.scrollWidth > view.scroller.clientWidth)
  view.aim.look()
}

function fetchOnce(node, download) {
  if (!download) return
  const fetched = JSON.parse(sessionStorage.getItem(FETCHED) ?? "[]")
  if (fetched.includes(download.nonce)) return
  sessionStorage.setItem(FETCHED, JSON.stringify([...fetched.slice(-99), download.nonce]))
  const link = el("a", { href: download.url, download: download.filename, rel: "noopener", hidden: true })
  node.append(link)
  link.click()
  link.remove()
}

export default function lettersTable(component) {
  return mountView(component, () => new View())
}
