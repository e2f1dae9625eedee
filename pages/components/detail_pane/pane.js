// The open letter, at the right of the window. On a wide screen the page makes room for it; on a phone it is a sheet over
// the page. A native dialog: it brings the focus in, and on a phone it keeps it in.

const WIDE = matchMedia("(min-width: 1000px)")
const PHONE = matchMedia("(max-width: 699px)")

class Pane {
  constructor() {
    this.courier = new Courier(this, "action", () => this.showBusy())
    this.heading = el("h2", { tabindex: "-1", id: "letter-heading" })
    this.position = el("span", { class: "position", role: "status" })
    this.previous = this.headButton("Previous letter", "up", () => this.move("previous"))
    this.next = this.headButton("Next letter", "down", () => this.move("next"))
    this.closer = this.headButton("Close", "close", () => this.close())
    const head = el("header", {}, this.previous, this.next, this.position, this.closer)
    this.text = el("div", { class: "text" })
    this.rest = el("div", { class: "text" })
    this.document = new Document()
    this.actions = new Actions((kind, value, control) => this.send(kind, { value, control }))
    this.body = el("div", { class: "pane-body", tabindex: "0", role: "group", "aria-labelledby": "letter-heading" })
    this.body.append(this.heading, this.text, this.document.node, this.rest)
    this.notice = el("p", { class: "notice", role: "status" })
    this.dialog = el("dialog", { class: "waits", "aria-labelledby": "letter-heading" }, head, this.notice, this.body, this.actions.node)
    this.node = el("div", { class: "root pane" }, this.dialog)
    this.listen()
  }

  headButton(label, picture, onclick) {
    return el("button", { type: "button", class: "quiet plain", "aria-label": label, title: label, onclick }, icon(picture))
  }

  listen() {
    this.dialog.addEventListener("cancel", (event) => event.preventDefault()) // Escape is ours, see keys()
    this.dialog.addEventListener("keydown", (event) => this.keys(event))
    this.makeRoom = () => makeRoom(this.dialog.open ? this.dialog.offsetWidth : 0)
    window.addEventListener("resize", this.makeRoom)
    this.pageKeys = (event) => this.keysOfPage(event)
    document.addEventListener("keydown", this.pageKeys)
    this.opening = (event) => this.expect(event.detail)
    document.addEventListener(OPENING, this.opening)
    keepTyping(this.dialog)
  }

  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue
    this.courier.acknowledge(data.ack)
    const before = this.letter
    this.letter = data.letter
    if (!data.letter || data.letter.id === this.expected) this.expect(null)
    if (!data.letter) return this.hide()
    if (this.closing === data.letter.id && this.courier.busy) return // Python has not yet heard that it was closed
    this.closing = null
    this.draw(data.letter)
    setText(this.notice, data.notice ?? "")
    if (data.asking && PHONE.matches) this.stepAside()
    else this.show()
    if (before?.id !== data.letter.id) this.body.scrollTop = 0
  }

  // Another row was opened. Until its letter is here, a click in the pane would be meant for that one, and do something
  // with the letter before it.
  expect(id) {
    clearTimeout(this.patience)
    this.expected = id && id !== this.letter?.id ? id : null
    if (this.expected) this.patience = setTimeout(() => this.expect(null), PATIENCE)
    this.showBusy()
  }

  showBusy() {
    this.node.setAttribute("aria-busy", String(this.courier.busy || Boolean(this.expected)))
  }

  draw(letter) {
    const drawn = JSON.stringify(letter)
    if (drawn === this.drawn) return
    this.drawn = drawn
    setText(this.heading, letter.title)
    setText(this.position, letter.position)
    this.previous.setAttribute("aria-disabled", String(!letter.has_previous))
    this.next.setAttribute("aria-disabled", String(!letter.has_next))
    this.text.replaceChildren(statusSection(letter), factsSection(letter), recipientSection(letter))
    this.document.update(letter)
    this.rest.replaceChildren(historySection(letter))
    this.actions.update(letter)
  }

  show() {
    if (this.dialog.open) return
    if (PHONE.matches) this.dialog.showModal()
    else this.dialog.show()
    this.heading.focus()
    this.makeRoom()
  }

  hide() {
    this.stepAside()
    this.actions.closeForm()
  }

  // The page asks something: on a phone its dialog would lie under ours, unseen and out of reach. A form stays as it is.
  stepAside() {
    if (this.dialog.open) this.dialog.close()
    this.makeRoom()
  }

  close() {
    this.closing = this.letter.id
    if (this.send("close_pane", { urgent: true })) this.hide()
  }

  move(kind) {
    const possible = kind === "next" ? this.letter.has_next : this.letter.has_previous
    if (possible) this.send(kind, {})
  }

  send(kind, { value = null, control = null, urgent = false }) {
    if (this.expected && !urgent) return null
    return this.courier.send({ kind, id: this.letter.id, value }, { control, urgent })
  }

  keys(event) {
    const typing = event.target.closest("input, textarea, select")
    if (event.key === "Escape") this.actions.closeForm(true) || this.close()
    else if (event.key === "ArrowUp" && !typing) this.move("previous")
    else if (event.key === "ArrowDown" && !typing) this.move("next")
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  // Escape with the focus on nothing, as after a click beside the text; what else is open takes it for itself.
  keysOfPage(event) {
    const nowhere = document.activeElement === document.body || document.activeElement === null
    if (event.key !== "Escape" || !nowhere || !this.dialog.open || event.defaultPrevented || isSomethingElseOpen()) return
    this.actions.closeForm() || this.close()
    event.preventDefault()
  }

  // In a new place the browser has forgotten that the dialog was on top: update() opens it again.
  attached() {
    if (this.dialog.open) this.dialog.close()
  }

  leave() {
    window.removeEventListener("resize", this.makeRoom)
    document.removeEventListener("keydown", this.pageKeys)
    document.removeEventListener(OPENING, this.opening)
    makeRoom(0)
  }
}

// A list or a chooser of our own (each in its component's shadow), or a dialog or a list of Streamlit's.
function isSomethingElseOpen() {
  const ours = [...document.querySelectorAll(".stBidiComponent, .stBidiComponent *")].map((node) => node.shadowRoot)
  if (ours.some((root) => root?.querySelector(".panel:popover-open"))) return true
  return document.querySelector("[role=dialog], [role=listbox], [role=menu], [data-baseweb=popover]") !== null
}

// The page's own column ends where the pane begins: nothing lies under it.
function makeRoom(width) {
  const column = document.querySelector("[data-testid=stMainBlockContainer]")
  if (!column) return
  column.style.paddingRight = width && WIDE.matches ? `${width + 24}px` : ""
}

export default function detailPane(component) {
  return mountView(component, () => new Pane())
}
