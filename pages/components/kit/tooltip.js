// Tooltips that open on hover and on keyboard focus, close with Escape, and lie in the browser's top layer, so that no
// scrolling box can clip them. A tooltip is always the element right after its trigger.

let tipNumber = 0

function setTip(trigger, text) {
  const old = trigger.nextElementSibling?.matches("[role=tooltip]") ? trigger.nextElementSibling : null
  if (text === null) {
    old?.remove()
    trigger.removeAttribute("aria-describedby")
    return
  }
  if (old) return setText(old, text)
  const tip = el("span", { role: "tooltip", popover: "manual", class: "tip", id: `tip-${++tipNumber}`, text })
  trigger.setAttribute("aria-describedby", tip.id)
  trigger.after(tip)
}

function tipOf(node) {
  const trigger = node.closest?.("[aria-describedby^=tip-]")
  return trigger ? { trigger, tip: trigger.nextElementSibling } : null
}

function enableTooltips(root) {
  let shown = null
  let leaving = 0
  const hide = () => {
    clearTimeout(leaving)
    if (shown?.tip.isConnected) shown.tip.hidePopover()
    shown = null
  }
  const show = (pair) => {
    clearTimeout(leaving)
    if (!pair || pair.tip === shown?.tip) return
    hide()
    shown = pair
    shown.tip.showPopover()
    placeBeside(shown.tip, shown.trigger)
  }
  const leaveSoon = (event) => {
    if (shown && !event.target.closest("[role=tooltip]") && !tipOf(event.target)) return
    leaving = setTimeout(hide, 150)
  }
  root.addEventListener("pointerover", (event) => {
    if (event.target.closest("[role=tooltip]")) clearTimeout(leaving)
    else show(tipOf(event.target))
  })
  root.addEventListener("pointerout", leaveSoon)
  root.addEventListener("focusin", (event) => show(tipOf(event.target)))
  root.addEventListener("focusout", hide)
  root.addEventListener("click", (event) => event.target.closest(".badge") && show(tipOf(event.target)))
  root.addEventListener("scroll", () => shown && placeBeside(shown.tip, shown.trigger), true)
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shown) return
    hide()
    event.stopImmediatePropagation()
  })
}

// Below the trigger, or above it where there is no room; always within the window.
function placeBeside(box, trigger, gap = 6) {
  const at = trigger.getBoundingClientRect()
  const size = box.getBoundingClientRect()
  const below = at.bottom + gap + size.height <= window.innerHeight
  const top = below ? at.bottom + gap : Math.max(8, at.top - gap - size.height)
  box.style.top = `${top}px`
  box.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - size.width - 8))}px`
}
