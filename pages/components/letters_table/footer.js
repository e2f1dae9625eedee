// Below the table: which page this is, how many rows a page has, and on a phone the order (there is no header there).

const PAGE_SIZES = [50, 100, 200, 500]

class Footer {
  constructor(view) {
    this.view = view
    this.range = el("span", { class: "range" })
    this.previous = this.pager("Previous", "previous", -1)
    this.next = this.pager("Next", "next", 1)
    this.size = el("select", { class: "field", onchange: () => this.setSize() })
    for (const size of PAGE_SIZES) this.size.append(el("option", { value: size, text: String(size) }))
    this.sort = el("select", { class: "field", onchange: () => this.setSort() })
    const pages = el("nav", { class: "pages", "aria-label": "Pages of letters" }, this.previous, this.range, this.next)
    const size = el("label", { class: "size" }, el("span", { text: "Letters a page" }), this.size)
    const sort = el("label", { class: "sort-select" }, el("span", { text: "Sort by" }), this.sort)
    this.node = el("div", { class: "footer" }, sort, pages, size)
  }

  pager(label, picture, step) {
    const onclick = (event) => {
      if (isBlocked(event.currentTarget)) return
      this.view.ask("page", { control: event.currentTarget, value: this.view.data.page + step })
    }
    const node = el("button", { type: "button", class: "secondary", "aria-label": `${label} page`, onclick }, icon(picture))
    return node
  }

  setSize() {
    this.view.ask("page_size", { value: Number(this.size.value) })
  }

  setSort() {
    const [column, order] = this.sort.value.split(" ")
    this.view.ask("sort", { value: { column, descending: order === "descending" } })
  }

  update(data) {
    const first = (data.page - 1) * data.page_size + 1
    const last = first + data.rows.length - 1
    setText(this.range, data.rows.length ? `${count(first)}–${count(last)} of ${count(data.total_matching)}` : "0 letters")
    setBlocked(this.previous, data.page <= 1)
    setBlocked(this.next, data.page >= data.page_count)
    this.size.value = String(data.page_size)
    this.drawOrders(data)
  }

  drawOrders(data) {
    const sortable = data.columns.filter((column) => column.sortable)
    const signature = sortable.map((column) => column.key).join()
    if (this.signature !== signature) {
      this.signature = signature
      this.sort.replaceChildren(...sortable.flatMap(orders))
    }
    this.sort.value = `${data.sort.column} ${data.sort.descending ? "descending" : "ascending"}`
  }
}

function orders(column) {
  const words = column.key === "created" ? ["oldest first", "newest first"] : ["A to Z", "Z to A"]
  return ["ascending", "descending"].map((order, index) =>
    el("option", { value: `${column.key} ${order}`, text: `${column.label}, ${words[index]}` }),
  )
}

function setBlocked(node, blocked) {
  node.setAttribute("aria-disabled", String(blocked))
}
