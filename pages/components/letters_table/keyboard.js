// The keys of the table's body: ↑ ↓ Home End move between rows, Space ticks, Enter opens, Escape closes the open letter.

function enableKeys(view) {
  const { rows, body } = view
  body.addEventListener("focusin", (event) => {
    const id = event.target.closest("tr")?.dataset.id
    if (id && id !== rows.current) rows.setCurrent(id)
  })
  body.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (isHeldKey(event)) return event.preventDefault()
    const row = event.target.closest("tr")
    const onRow = event.target === row
    const target = rowFor(event.key, row)
    if (target) go(view, target.dataset.id)
    else if (onRow && event.key === " ") view.tick(row.dataset.id, event.shiftKey)
    else if (onRow && event.key === "Enter") view.open(row.dataset.id)
    else return
    event.preventDefault()
  })
  view.node.addEventListener("keydown", (event) => {
    const choosing = view.columnChooser.panel.matches(":popover-open") // Escape closes the chooser, and only that
    if (event.key === "Escape" && view.data.open_id && !choosing) view.ask("close_pane", { urgent: true })
  })
}

// An open letter moves along with the row.
function go(view, id) {
  view.rows.focus(id)
  if (view.data.open_id) view.open(id)
}

function rowFor(key, row) {
  switch (key) {
    case "ArrowDown":
      return row.nextElementSibling
    case "ArrowUp":
      return row.previousElementSibling
    case "Home":
      return row.parentElement.firstElementChild
    case "End":
      return row.parentElement.lastElementChild
    default:
      return null
  }
}

// Where the focus is, in terms that survive new data: which letter, which of its controls, which letters follow.
function rememberFocus(view) {
  const active = view.node.getRootNode().activeElement
  const row = active?.closest?.("tbody tr")
  if (!row) return null
  const ids = [...view.body.children].map((each) => each.dataset.id)
  return { id: row.dataset.id, part: active.dataset.focus ?? null, following: ids.slice(ids.indexOf(row.dataset.id)), active }
}

function restoreFocus(view, place) {
  if (!place || view.node.getRootNode().activeElement === place.active) return
  if (view.rows.byId.has(place.id)) return view.rows.focus(place.id, place.part)
  const neighbour = place.following.find((id) => view.rows.byId.has(id)) ?? view.body.lastElementChild?.dataset.id
  if (neighbour) view.rows.focus(neighbour)
  else view.bar.focus()
}

// The first row in sight stays where it is when rows above it come or go. At the very top the list stays at the top.
function rememberScroll(view) {
  const top = view.scroller.scrollTop
  if (top === 0) return { top }
  const edge = view.scroller.getBoundingClientRect().top + view.head.offsetHeight
  const first = [...view.body.children].find((row) => row.getBoundingClientRect().bottom > edge)
  return { top, id: first?.dataset.id, offset: first?.getBoundingClientRect().top }
}

function restoreScroll(view, place) {
  const row = view.rows.byId.get(place.id)?.node
  if (row) view.scroller.scrollTop += row.getBoundingClientRect().top - place.offset
}
