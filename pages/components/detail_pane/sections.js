// The parts of the open letter, each drawn from its piece of the data.

function statusSection({ status, warnings }) {
  const node = el("section", { class: "status" }, badge({ ...status, reason: null }), el("p", { class: "meaning", text: status.meaning }))
  if (status.in_doubt) node.prepend(callout("in_doubt", "In doubt: we don't know whether the delivery provider has this letter."))
  if (status.reason) node.append(callout(status.badge === "failed" ? "failed" : "in_doubt", status.reason))
  if (status.advice) node.append(el("p", { class: "advice" }, el("strong", { text: "What to do: " }), status.advice))
  node.append(...warnings.map((text) => callout("in_doubt", text)))
  return node
}

function callout(kind, text) {
  return el("p", { class: `callout ${kind}` }, icon(kind), el("span", { text }))
}

function factsSection(letter) {
  const { patient, created_by: author } = letter
  const facts = [
    ["Patient", [patient.name, patient.date_of_birth && `born ${patient.date_of_birth}`].filter(Boolean).join(", ")],
    ["NHS number", patient.nhs_number],
    ["Template", letter.template],
    ["Created", `${letter.created} by ${[author.name, author.provider, author.team].filter(Boolean).join(", ")}`],
    ["Reference", letter.reference],
  ]
  const list = el("dl")
  for (const [name, value] of facts) if (value) list.append(el("dt", { text: name }), el("dd", { text: value }))
  return el("section", {}, list)
}

function recipientSection({ recipient }) {
  const lines = el("address", { class: `recipient ${recipient.kind}` }, ...recipient.lines.map((text) => el("span", { text })))
  const problem = recipient.problem ? callout(recipient.ok ? "in_doubt" : "failed", recipient.problem) : null
  return titled(recipient.heading, lines, problem)
}

function historySection({ history }) {
  const list = el("ol", { class: "history" }, ...history.map(historyEvent))
  return titled("History", history.length ? list : el("p", { class: "quiet-text", text: "Nothing has happened yet." }))
}

function historyEvent(event) {
  const change = event.from && event.to && event.from !== event.to ? `${event.from} → ${event.to}` : (event.to ?? event.from ?? "")
  const by = [event.at, event.who, event.reference && `reference ${event.reference}`].filter(Boolean).join(" · ")
  const node = el("li", { class: event.applied ? "" : "not-applied" }, el("strong", { text: change }), el("span", { class: "when", text: by }))
  for (const text of [event.reason, event.note]) if (text) node.append(el("span", { text }))
  if (!event.applied) node.append(el("span", { class: "when", text: "Kept in the history; the status did not change." }))
  return node
}

function titled(heading, ...children) {
  return el("section", {}, el("h3", { text: heading }), ...children)
}

// The letter's page as an image, one page at a time.
class Document {
  constructor() {
    this.image = el("img", { onerror: () => this.fail(), onload: () => this.node.classList.remove("failed") })
    this.where = el("span", { class: "where", role: "status" })
    this.previous = this.turner("Previous page of the letter", "previous", -1)
    this.next = this.turner("Next page of the letter", "next", 1)
    this.link = el("a", { target: "_blank", rel: "noopener", class: "pdf" }, "Open the PDF", icon("external"))
    this.link.append(el("span", { class: "unseen", text: " (opens in a new tab)" }))
    this.note = el("p", { class: "quiet-text" })
    this.lost = el("p", { class: "lost", text: "The page can't be shown here. Open the PDF instead." })
    const head = el("div", { class: "document-head" }, el("h3", { text: "Letter" }), this.link)
    this.turning = el("div", { class: "turning" }, this.previous, this.where, this.next)
    this.paper = el("div", { class: "paper" }, this.image, this.lost)
    this.node = el("section", { class: "document" }, head, this.note, this.paper, this.turning)
  }

  turner(label, picture, step) {
    const onclick = (event) => isBlocked(event.currentTarget) || this.turn(this.page + step)
    return el("button", { type: "button", class: "secondary", "aria-label": label, onclick }, icon(picture))
  }

  update(letter) {
    const { document: paper } = letter
    setText(this.note, paper.note ?? "")
    this.note.hidden = !paper.note
    this.link.hidden = !paper.pdf_url
    if (paper.pdf_url) this.link.href = paper.pdf_url
    const sameLetter = this.letterId === letter.id
    this.urls = paper.page_image_urls
    this.letterId = letter.id
    this.turn(sameLetter ? Math.min(this.page, Math.max(0, this.urls.length - 1)) : 0)
  }

  turn(page) {
    this.page = page
    const url = this.urls[page]
    this.paper.hidden = url === undefined
    this.turning.hidden = this.urls.length < 2
    if (url && this.image.getAttribute("src") !== url) this.image.src = url
    this.image.alt = `Page ${page + 1} of the letter`
    setText(this.where, `Page ${page + 1} of ${this.urls.length}`)
    this.previous.setAttribute("aria-disabled", String(page === 0))
    this.next.setAttribute("aria-disabled", String(page >= this.urls.length - 1))
  }

  fail() {
    this.node.classList.add("failed")
  }
}
