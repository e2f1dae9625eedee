// Which letters are selected: by letter id, never by position, so that a refresh can't move a tick to another letter.
// Only letters that are shown can be ticked; "all matching" is a choice of its own that also covers other pages.

class Selection {
  constructor() {
    this.ids = new Set()
    this.shown = []
    this.allMatching = false
    this.filters = null
    this.last = null // where a range (shift and click) starts
  }

  // Takes the rows of new data. Returns how many selected letters are gone, or "filters" when all were let go.
  reconcile(shownIds, filters) {
    const filtersChanged = this.filters !== null && this.filters !== filters
    const hadAllMatching = this.allMatching
    this.shown = shownIds
    this.filters = filters
    if (hadAllMatching && filtersChanged) {
      this.clear()
      return "filters"
    }
    if (hadAllMatching) {
      this.ids = new Set(shownIds)
      return 0
    }
    const before = this.ids.size
    const present = new Set(shownIds)
    this.ids = new Set([...this.ids].filter((id) => present.has(id)))
    return before - this.ids.size
  }

  has(id) {
    return this.allMatching || this.ids.has(id)
  }

  get size() {
    return this.ids.size
  }

  set(id, ticked) {
    this.allMatching = false
    if (ticked) this.ids.add(id)
    else this.ids.delete(id)
    this.last = id
  }

  setRange(id, ticked) {
    const from = this.shown.indexOf(this.last)
    const to = this.shown.indexOf(id)
    if (from < 0) return this.set(id, ticked)
    for (const each of this.shown.slice(Math.min(from, to), Math.max(from, to) + 1)) this.set(each, ticked)
    this.last = id
  }

  selectShown() {
    this.allMatching = false
    this.ids = new Set(this.shown)
  }

  selectAllMatching() {
    this.selectShown()
    this.allMatching = true
  }

  clear() {
    this.allMatching = false
    this.ids = new Set()
    this.last = null
  }

  // What an action is sent with, in the order in which the letters stand.
  asked() {
    return { ids: this.allMatching ? [] : this.shown.filter((id) => this.ids.has(id)), all_matching: this.allMatching }
  }
}
