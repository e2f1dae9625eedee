// What can be done with the open letter, and why the rest can't. An action that needs words (a note, a choice, a yes)
// asks for them here.

class Actions {
  constructor(send) {
    this.send = send
    this.buttons = el("div", { class: "buttons" })
    this.form = el("form", { class: "words", hidden: true, onsubmit: (event) => this.submit(event) })
    this.whyNot = el("details", { class: "why-not" })
    this.node = el("footer", { class: "pane-actions", tabindex: "-1" }, this.form, this.buttons, this.whyNot)
    this.ignoreHaste()
  }

  // Also in a form: its "Yes" comes to lie about where the button was that opened it, and has the focus at once.
  ignoreHaste() {
    const ignore = (event) => {
      if (!event.target.closest("button, input") || !(isSecondClick(event) || isHeldKey(event))) return
      event.preventDefault()
      event.stopPropagation()
    }
    for (const kind of ["click", "keydown"]) this.node.addEventListener(kind, ignore, { capture: true })
  }

  update(letter) {
    const drawn = JSON.stringify([letter.id, letter.actions])
    if (drawn === this.drawn) return
    if (this.letterId !== letter.id) this.closeForm()
    this.drawn = drawn
    this.letterId = letter.id
    const possible = letter.actions.filter((action) => action.enabled)
    this.buttons.replaceChildren(...possible.map((action) => this.actionButton(action)))
    this.closeStaleForm(possible)
    this.drawWhyNot(letter.actions.filter((action) => !action.enabled))
  }

  // The letter has changed under an open form. What it asks now (other ways to send it, a doubt that has come up) has
  // not been answered by who answers the form as it was.
  closeStaleForm(possible) {
    if (!this.asking) return
    const now = possible.find((action) => action.action === this.asking.action)
    if (JSON.stringify(now?.form) === JSON.stringify(this.asking.form)) return
    const focusWasInside = this.form.contains(this.form.getRootNode().activeElement)
    this.closeForm(focusWasInside)
    if (focusWasInside && !now) this.node.focus()
  }

  actionButton(action) {
    const onclick = (event) => (action.form ? this.ask(action) : this.send(action.action, null, event.currentTarget))
    return button(action.label, { class: action.primary ? "primary" : "secondary", "data-action": action.action, onclick })
  }

  drawWhyNot(actions) {
    this.whyNot.hidden = actions.length === 0
    const reasons = actions.map(({ label, why }) => el("li", {}, el("strong", { text: label }), `: ${why ?? "not possible now"}`))
    this.whyNot.replaceChildren(el("summary", { text: `Not possible now (${actions.length})` }), el("ul", {}, ...reasons))
  }

  ask(action) {
    if (this.asking?.action === action.action) return this.closeForm()
    this.asking = action
    const { kind, label, choices } = action.form
    const error = el("p", { class: "error", role: "alert" })
    const submit = el("button", { type: "submit", class: "primary" }, el("span", { text: kind === "confirm" ? `Yes, ${lower(action.label)}` : action.label }))
    const cancel = button("Cancel", { class: "secondary", onclick: () => this.closeForm(true) })
    const question = { note: noteField, choice: choiceField, confirm: confirmText }[kind](label, choices ?? [])
    this.form.replaceChildren(question, error, el("div", { class: "buttons" }, submit, cancel))
    this.form.hidden = false
    this.buttons.hidden = true
    ;(this.form.querySelector("textarea, input") ?? submit).focus()
  }

  submit(event) {
    event.preventDefault()
    const value = this.form.querySelector("textarea, input:checked")?.value.trim() ?? null
    const { kind } = this.asking.form
    if (kind !== "confirm" && !value) {
      setText(this.form.querySelector(".error"), kind === "note" ? "Write a note first." : "Choose one first.")
      return
    }
    this.send(this.asking.action, value, this.form.querySelector(".primary"))
  }

  // Returns whether a form was open.
  closeForm(focusBack = false) {
    const { asking } = this
    this.asking = null
    this.form.hidden = true
    this.form.replaceChildren()
    this.buttons.hidden = false
    if (focusBack && asking) this.buttons.querySelector(`[data-action="${asking.action}"]`)?.focus()
    return Boolean(asking)
  }
}

function noteField(label) {
  return el("label", {}, el("span", { text: label }), el("textarea", { rows: 3, maxlength: 1000 }))
}

function choiceField(label, choices) {
  const options = choices.map(({ value, label: text }) =>
    el("label", { class: "option" }, el("input", { type: "radio", name: "choice", value }), el("span", { text })),
  )
  return el("fieldset", {}, el("legend", { text: label }), ...options)
}

function confirmText(label) {
  return el("p", { text: label })
}

function lower(text) {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
