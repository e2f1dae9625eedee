// Whether a click on a row's action is meant for that row. A letter that has been sent leaves the list at once, and the
// next one moves under the resting pointer: the second click of a double click would send the next patient's letter.

const SETTLING = 700 // ms after rows have moved, in which a pointer that rests hasn't been aimed at what lies under it now
const TREMBLE = { mouse: 6, touch: 24 } // px: nearer than this to where it was, a pointer rests, and a finger taps again

class Aim {
  constructor(view) {
    this.view = view
    this.movedAt = -Infinity
    this.rest = null // where the pointer last really moved to, and the letter whose row it was over then
    this.gone = new AbortController()
    for (const kind of ["pointermove", "pointerdown"]) {
      document.addEventListener(kind, (event) => this.follow(event), { capture: true, signal: this.gone.signal })
    }
  }

  // The browser also reports a move when the page has moved under a resting pointer: only the place tells them apart.
  follow(event) {
    if (this.isResting(event)) return
    const row = event.composedPath().find((node) => node instanceof Element && node.matches("tr[data-id]"))
    this.rest = { x: event.clientX, y: event.clientY, id: row && this.view.body.contains(row) ? row.dataset.id : null }
  }

  isResting({ clientX, clientY, pointerType }) {
    if (!this.rest) return false
    const reach = TREMBLE[pointerType] ?? TREMBLE.mouse
    return Math.hypot(clientX - this.rest.x, clientY - this.rest.y) <= reach
  }

  // Called whenever rows may have changed place: with new data, and when something above or beside the list has.
  look() {
    const box = this.view.scroller.getBoundingClientRect()
    const ids = [...this.view.body.children].map((row) => row.dataset.id)
    const places = JSON.stringify([Math.round(box.top), Math.round(box.width), ids])
    if (places !== this.places) this.movedAt = Date.now()
    this.places = places
  }

  // A click by keyboard (detail 0) goes to what has the focus, wherever that lies.
  isMissed(event, id) {
    if (event.detail === 0 || Date.now() - this.movedAt >= SETTLING) return false
    return this.isResting(event) && this.rest.id !== id
  }

  leave() {
    this.gone.abort()
  }
}
