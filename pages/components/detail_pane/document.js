// The letter's document: one page at a time as a picture, and on it where it breaks the print rules.

// How wide a page is shown, as pane.css has it; the browser takes the picture that its screen can show.
const PAGE_WIDTH = "(max-width: 699px) calc(100vw - 58px), max(40vw - 67px, 353px)"

class Document {
  constructor() {
    this.where = el("span", { class: "where", role: "status" })
    this.previous = this.turner("Previous page of the letter", "previous", -1)
    this.next = this.turner("Next page of the letter", "next", 1)
    this.link = el("a", { target: "_blank", rel: "noopener", class: "pdf" }, "Open the PDF", icon("external"))
    this.link.append(el("span", { class: "unseen", text: " (opens in a new tab)" }))
    this.note = el("p", { class: "quiet-text" })
    this.check = el("div", { class: "check" })
    this.marks = el("div", { class: "marks", "aria-hidden": "true" })
    this.sheet = el("div", { class: "sheet" })
    const wait = el("p", { class: "wait", text: "The page is being drawn…" })
    const lost = el("p", { class: "lost", text: "The page can't be shown here. Open the PDF instead." })
    const head = el("div", { class: "document-head" }, el("h3", { text: "Letter" }), this.link)
    this.turning = el("div", { class: "turning" }, this.previous, this.where, this.next)
    this.paper = el("div", { class: "paper" }, this.sheet, wait, lost)
    this.node = el("section", { class: "document" }, head, this.note, this.check, this.paper, this.turning)
    this.images = []
    this.pictures = []
  }

  turner(label, picture, step) {
    const onclick = (event) => isBlocked(event.currentTarget) || this.turn(this.page + step)
    return el("button", { type: "button", class: "secondary", "aria-label": label, onclick }, icon(picture))
  }

  update({ id, document: paper }) {
    setText(this.note, paper.note ?? "")
    this.note.hidden = !paper.note
    this.link.hidden = !paper.pdf_url
    if (paper.pdf_url) this.link.href = paper.pdf_url
    const sameLetter = this.letterId === id
    this.letterId = id
    this.take(paper.images)
    this.drawCheck(paper)
    this.turn(sameLetter ? Math.min(this.page, Math.max(0, this.images.length - 1)) : 0)
  }

  drawCheck({ findings, fit_to_post: fit }) {
    this.findings = findings
    this.check.hidden = !findings.length && !fit
    this.check.replaceChildren(findings.length ? this.findingsCallout() : fitLine())
  }

  findingsCallout() {
    const items = this.findings.map((finding) => el("li", {}, ...this.findingText(finding)))
    const text = el("div", {}, el("p", { text: "This layout can't be posted by hybrid mail:" }), el("ul", {}, ...items))
    return el("div", { class: "callout failed" }, icon("failed"), text)
  }

  // The place leads to its page, where it is marked.
  findingText(finding) {
    const reason = el("span", { text: finding.reason })
    if (!finding.page || finding.page > this.images.length) return [reason]
    const onclick = () => this.showFinding(finding)
    return [reason, el("button", { type: "button", class: "place", onclick, text: capital(finding.place) })]
  }

  showFinding(finding) {
    this.turn(finding.page - 1)
    this.paper.scrollIntoView({ block: "nearest", behavior: CALM.matches ? "instant" : "smooth" })
    for (const mark of this.marks.children) mark.classList.toggle("meant", mark.finding === finding)
  }

  // Pictures that are there stay: turning back to a page asks for nothing.
  take(images) {
    if (JSON.stringify(images) === JSON.stringify(this.images)) return
    for (const picture of this.pictures) for (const name of ["srcset", "src"]) picture?.removeAttribute(name)
    this.images = images
    this.pictures = []
  }

  turn(page) {
    this.page = page
    this.paper.hidden = this.images[page] === undefined
    this.turning.hidden = this.images.length < 2
    if (!this.paper.hidden) this.showPage(page)
    setText(this.where, `Page ${page + 1} of ${this.images.length}`)
    this.previous.setAttribute("aria-disabled", String(page === 0))
    this.next.setAttribute("aria-disabled", String(page >= this.images.length - 1))
  }

  showPage(page) {
    const picture = this.picture(page)
    const here = this.findings.filter((finding) => finding.page === page + 1)
    const marked = here.filter((finding) => finding.marks.length).map(({ reason, place }) => ` Marked: ${reason} (${place})`)
    picture.alt = `Page ${page + 1} of the letter${marked.length ? "." : ""}${marked.join(".")}`
    if (picture.parentNode !== this.sheet) this.sheet.replaceChildren(picture, this.marks)
    this.marks.replaceChildren(...here.flatMap(marksOf))
    this.showState()
  }

  picture(page) {
    this.pictures[page] ??= this.asked(page)
    return this.pictures[page]
  }

  asked(page) {
    const { url, srcset } = this.images[page]
    const picture = el("img", { width: 210, height: 297, decoding: "async", sizes: PAGE_WIDTH })
    picture.onload = () => this.arrived(picture, page)
    picture.onerror = () => this.settle(picture, "lost")
    picture.srcset = srcset
    picture.src = url
    return picture
  }

  // The next page comes along once this one is there: until then it would only be in the way.
  arrived(picture, page) {
    this.settle(picture, "there")
    if (picture === this.pictures[this.page] && page + 1 < this.images.length) this.picture(page + 1)
  }

  settle(picture, state) {
    picture.state = state
    this.showState()
  }

  showState() {
    const state = this.pictures[this.page]?.state ?? "waits"
    this.paper.dataset.state = state
    this.sheet.setAttribute("aria-busy", String(state === "waits"))
  }
}

const CALM = matchMedia("(prefers-reduced-motion: reduce)")

function fitLine() {
  return el("p", { class: "fit" }, icon("arrived"), el("span", { text: "Layout checked for hybrid mail" }))
}

function marksOf(finding) {
  return finding.marks.map(({ left, top, width, height }) => {
    const mark = el("div", { class: "mark" })
    Object.assign(mark.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` })
    mark.finding = finding
    return mark
  })
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
