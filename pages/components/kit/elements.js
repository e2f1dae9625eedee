// Building the page's elements. Text always goes in as text (textContent, setAttribute): never as HTML,
// because names, titles and reasons come from other people and other systems.

const SVG = "http://www.w3.org/2000/svg"

// Paths on a 16 × 16 grid, drawn with a line of 1.6.
const ICONS = {
  waiting: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M8 4.6V8l2.3 1.6",
  on_its_way: "M1.8 8 14.2 2.2 11 13.8 7.6 9.2zM7.6 9.2l6.6-7",
  arrived: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M5.1 8.2l2.1 2.1 3.8-4.4",
  failed: "M5.3 1.8h5.4l3.5 3.5v5.4l-3.5 3.5H5.3l-3.5-3.5V5.3zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
  in_doubt: "M8 1.8 15 14H1zM8 6.2v3.6M8 11.8v.3",
  warning: "M8 1.8 15 14H1zM8 6.2v3.6M8 11.8v.3",
  download: "M8 2v8.2M4.6 7 8 10.4 11.4 7M2.4 13.6h11.2",
  columns: "M2 2.8h12v10.4H2zM6 2.8v10.4M10 2.8v10.4",
  down: "M4 6.2 8 10.2l4-4",
  up: "M4 9.8 8 5.8l4 4",
  previous: "M9.8 4 5.8 8l4 4",
  next: "M6.2 4l4 4-4 4",
  close: "M3.8 3.8l8.4 8.4M12.2 3.8l-8.4 8.4",
  search: "M7 2.4a4.6 4.6 0 1 1 0 9.2A4.6 4.6 0 0 1 7 2.4M10.4 10.4 14 14",
  filter: "M2 3.4h12M4.4 8h7.2M6.6 12.6h2.8",
  external: "M6.4 3H3v10h10V9.6M9.2 2.8h4v4M13 3 7.6 8.4",
}

const drawnIcons = new Map() // copying one is several times faster than building it

function icon(name) {
  if (!drawnIcons.has(name)) drawnIcons.set(name, drawIcon(name))
  return drawnIcons.get(name).cloneNode(true)
}

function drawIcon(name) {
  const svg = document.createElementNS(SVG, "svg")
  const path = document.createElementNS(SVG, "path")
  for (const [key, value] of Object.entries({ viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" })) {
    svg.setAttribute(key, value)
  }
  path.setAttribute("d", ICONS[name])
  svg.append(path)
  return svg
}

// el("button", {class: "quiet", text: "Print", onclick: f, disabled: true}, child, …)
function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag)
  for (const [key, value] of Object.entries(properties)) setProperty(node, key, value)
  node.append(...children.filter((child) => child !== null && child !== undefined))
  return node
}

function setProperty(node, key, value) {
  if (key === "text") node.textContent = value
  else if (key.startsWith("on")) node[key] = value
  else if (value === true) node.setAttribute(key, "")
  else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value)
}

// Writes only what differs: an unchanged live region says nothing, an unchanged node keeps its focus.
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text
}

function button(label, properties = {}) {
  return el("button", { type: "button", ...properties }, el("span", { class: "button-text", text: label }))
}

const WITH_THOUSANDS = new Intl.NumberFormat("en-GB")

function count(number) {
  return WITH_THOUSANDS.format(number)
}

// Shows a button as out of reach but leaves it in the tab order, so that its reason can be found with the keyboard.
function setReach(node, reason) {
  const blocked = reason !== null && reason !== undefined
  if (blocked) node.setAttribute("aria-disabled", "true")
  else node.removeAttribute("aria-disabled")
  setTip(node, reason ?? null)
}

function isBlocked(node) {
  return node.getAttribute("aria-disabled") === "true"
}

// What is typed into our fields stays here: Streamlit takes single letters for its own shortcuts (r runs again, c clears
// the cache) and doesn't see, through the shadow root, that somebody is typing.
function keepTyping(root) {
  for (const kind of ["keydown", "keypress", "keyup"]) {
    root.addEventListener(kind, (event) => event.target.matches("input, textarea, select") && event.stopPropagation())
  }
}
