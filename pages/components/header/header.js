// One line: the service, what kind of data this is, the worker's dot, who I am, and the way out.

class Header {
  constructor() {
    this.service = el("span", { class: "service" })
    this.mark = el("span", { class: "flag" })
    this.worker = el("span", { class: "worker", role: "status" })
    this.user = el("span", { class: "user" })
    const out = el("a", { class: "out", href: "/logout", target: "_self", text: "Log out" })
    this.node = el("div", { class: "root line" }, this.service, this.mark, el("span", { class: "gap" }), this.worker, this.user, out)
  }

  update({ data }) {
    setText(this.service, data.service)
    this.mark.hidden = data.mark === null
    setText(this.mark, data.mark ?? "")
    this.worker.className = `worker ${data.worker.state}`
    setText(this.worker, data.worker.label)
    setText(this.user, `${data.user}, ${data.role.toLowerCase()}`)
  }

  attached() {}

  leave() {}
}

export default function (component) {
  return mountView(component, () => new Header())
}
