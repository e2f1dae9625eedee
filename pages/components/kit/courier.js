// Carries one request at a time to Python. Until Python's next data names the request's nonce, the component is busy
// and a second click is ignored; `urgent` requests (open another row, type on) replace the one that is on its way.

// Tells the open letter's pane, a component of its own, that another row was opened; detail: the letter's id.
const OPENING = "batch-letters-opening"
const PATIENCE = 60000 // ms, after which the buttons work again even if no answer came

class Courier {
  // `view.trigger` is Streamlit's setTriggerValue, of the last time it ran the component; `name` is the trigger's.
  constructor(view, name, onBusyChange) {
    this.view = view
    this.name = name
    this.onBusyChange = onBusyChange
    this.waiting = null
  }

  get busy() {
    return this.waiting !== null
  }

  send(message, { control = null, urgent = false } = {}) {
    if (this.busy && !(urgent && this.waiting.urgent)) return null
    const nonce = newNonce()
    this.settle()
    control?.classList.add("sending")
    this.waiting = { nonce, control, urgent, timer: setTimeout(() => this.settle(), PATIENCE) }
    this.onBusyChange(true)
    this.view.trigger(this.name, { ...message, nonce })
    return nonce
  }

  // Called with each data from Python.
  acknowledge(nonce) {
    if (this.waiting && this.waiting.nonce === nonce) this.settle()
  }

  settle() {
    if (!this.waiting) return
    clearTimeout(this.waiting.timer)
    this.waiting.control?.classList.remove("sending")
    this.waiting = null
    this.onBusyChange(false)
  }
}

// randomUUID needs https; this works on a hospital's plain intranet address too.
function newNonce() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-")
}
