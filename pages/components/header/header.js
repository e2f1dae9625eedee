// One line: the service, what kind of data this is and whether letters leave, the worker's dot, who I am, and the way out.

class Header {
  constructor() {
    this.service = el("span", { class: "service" })
    this.marks = el("span", { class: "marks" })
    this.way = el("a", { href: "/worker", target: "_self" })
    this.worker = el("span", { class: "worker", role: "status" }, this.way)
    this.user = el("span", { class: "user" })
    const out = el("a", { class: "out", href: "/logout", target: "_self", text: "Log out" })
    this.node = el("div", { class: "root line" }, this.service, this.marks, el("span", { class: "gap" }), this.worker, this.user, out)
  }

  update({ data }) {
    setText(this.service, data.service)
    this.marks.replaceChildren(...data.marks.map((mark) => el("span", { class: "flag", text: mark })))
    this.worker.className = `worker ${data.worker.state}`
    setText(this.way, data.worker.label)
    setText(this.user, `${data.user}, ${data.role.toLowerCase()}`)
  }

  attached() {}

  leave() {}
}

export default function (component) {
  return mountView(component, () => new Header())
}
